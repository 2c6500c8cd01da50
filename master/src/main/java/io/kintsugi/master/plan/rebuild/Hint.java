package io.kintsugi.master.plan.rebuild;

/**
 * Something that an operator should know of a plan.
 *
 * @param code stable, UPPER_SNAKE
 * @param message the seed's words where it has some
 */
public record Hint(Level level, String code, String message) {
    /** How much it matters. */
    public enum Level {
        /** Shown only when everything is. */
        NOTE,
        /** It is done all the same. */
        WARNING,
        /** Nothing is done. */
        ERROR
    }

    /** A datanode that answered could still heed the masters of before. @param error {@code ERR_...} and why */
    public static Hint unfenced(String address, String error) {
        return error("NODE_UNFENCED", "fence node(" + address + ") failed with err(" + error + "), ask again");
    }

    static Hint note(String code, String message) {
        return new Hint(Level.NOTE, code, message);
    }

    static Hint warning(String code, String message) {
        return new Hint(Level.WARNING, code, message);
    }

    static Hint error(String code, String message) {
        return new Hint(Level.ERROR, code, message);
    }
}
