package io.kintsugi.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** Values given on the command line, as JSON. */
final class Values {
    private Values() {}

    /** Puts a value as the whole number or the truth value that it looks like, else as text. */
    static void put(ObjectNode body, String name, String value) {
        if (value.matches("-?[0-9]{1,18}")) {
            body.put(name, Long.parseLong(value));
        } else if (value.equals("true") || value.equals("false")) {
            body.put(name, Boolean.parseBoolean(value));
        } else {
            body.put(name, value);
        }
    }
}
