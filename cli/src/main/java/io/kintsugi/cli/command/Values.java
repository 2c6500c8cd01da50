package io.kintsugi.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kintsugi.cli.CliException;
import io.kintsugi.common.config.Units;
import java.time.Duration;

/** Values given on the command line, as JSON. */
final class Values {
    private Values() {}

    /** A time such as 10m, or 0 for none. */
    static Duration duration(String option, String value) {
        Duration time = Units.duration(value);
        if (time == null || time.isNegative()) {
            throw CliException.usage(
                    "BAD_TTL", option + " " + value + " is no time", "Write it as 30s, 10m, 2h or 7d; 0s: for ever");
        }
        return time;
    }

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
