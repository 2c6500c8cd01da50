package io.kintsugi.master.transport.cubefs;

import io.vertx.core.MultiMap;
import java.util.Locale;
import java.util.Set;

/**
 * Parameters of a request: always of the query, whatever the method. Those that nobody asks for are ignored; an empty one is as good as
 * none; one that can't be read is named in the error.
 */
record Params(MultiMap query) {
    private static final Set<String> TRUE = Set.of("1", "t", "true");
    private static final Set<String> FALSE = Set.of("0", "f", "false");

    boolean has(String name) {
        String value = query.get(name);
        return value != null && !value.isEmpty();
    }

    String text(String name) {
        if (!has(name)) {
            throw CubefsException.parameter("parameter " + name + " not found");
        }
        return query.get(name);
    }

    String text(String name, String otherwise) {
        return has(name) ? query.get(name) : otherwise;
    }

    /** Not negative. */
    long number(String name) {
        String value = text(name);
        if (!value.matches("\\d{1,18}")) {
            throw unreadable(name, value, "a whole number, 0 or more");
        }
        return Long.parseLong(value);
    }

    long number(String name, long otherwise) {
        return has(name) ? number(name) : otherwise;
    }

    int count(String name, int otherwise) {
        return (int) Math.min(Integer.MAX_VALUE, number(name, otherwise));
    }

    boolean flag(String name, boolean otherwise) {
        return has(name) ? flag(name) : otherwise;
    }

    boolean flag(String name) {
        String value = text(name).toLowerCase(Locale.ROOT);
        if (!TRUE.contains(value) && !FALSE.contains(value)) {
            throw unreadable(name, value, "true or false");
        }
        return TRUE.contains(value);
    }

    private static CubefsException unreadable(String name, String value, String rule) {
        return CubefsException.parameter("parameter " + name + " is '" + value + "': it must be " + rule);
    }
}
