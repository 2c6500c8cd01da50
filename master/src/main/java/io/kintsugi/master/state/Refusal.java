package io.kintsugi.master.state;

import io.kintsugi.master.command.Outcome;
import java.util.Locale;

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

    /** The text is kept with the answer to a request, so it must not depend on the machine's locale. */
    static Refusal of(String reason, String format, Object... args) {
        return new Refusal(reason, String.format(Locale.ROOT, format, args), 0);
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
