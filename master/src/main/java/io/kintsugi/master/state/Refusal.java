package io.kintsugi.master.state;

import io.kintsugi.master.command.Outcome;

/** How an applier says no. Caught where commands are dispatched, which undoes what the command had begun; carries no stack trace. */
final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final String reason;
    private final long value;

    Refusal(String reason, String message, long value) {
        super(message, null, false, false);
        this.reason = reason;
        this.value = value;
    }

    static Refusal of(String reason, String format, Object... args) {
        return new Refusal(reason, format.formatted(args), 0);
    }

    static void unless(boolean rule, String reason, String format, Object... args) {
        if (!rule) {
            throw of(reason, format, args);
        }
    }

    Outcome outcome() {
        return new Outcome(reason, getMessage(), value);
    }
}
