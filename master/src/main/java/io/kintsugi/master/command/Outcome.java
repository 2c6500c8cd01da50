package io.kintsugi.master.command;

/**
 * What became of a command. A refusal is a value too; nothing of a refused command took place.
 *
 * @param reason "" when accepted, else a stable code
 * @param value the id that was allocated, if the command allocates one
 */
public record Outcome(String reason, String message, long value) {
    public static Outcome accepted(long value) {
        return new Outcome("", "", value);
    }

    public static Outcome refused(String reason, String message) {
        return new Outcome(reason, message, 0);
    }

    public boolean accepted() {
        return reason.isEmpty();
    }
}
