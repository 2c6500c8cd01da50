package io.kintsugi.master.model;

/**
 * Whether automatic work that copies data is stopped: too much failed at once, which looks more like a cut network or a power failure than
 * like so many dead datanodes, and copying what they hold would make it worse. Only an operator releases it.
 *
 * @param since milliseconds since the epoch; 0: it is not engaged
 * @param reason stable code, or ""
 * @param message what failed, for people, or ""
 * @param releasedAt what failed before that was seen by who released it, and doesn't engage it again; 0: never released
 */
public record Brake(long since, String reason, String message, long releasedAt) {
    /** The rule whose repairs it stops: what is only away may come back. */
    public static final String STOPPED_RULE = "LostMember";

    /** It stops this one too: a disk that is broken with many others may be well again with them. */
    private static final String LAST_COPY = "LastCopy";

    public static final Brake OFF = new Brake(0, "", "", 0);

    public static boolean stops(String rule) {
        return rule.equals(STOPPED_RULE) || rule.equals(LAST_COPY);
    }

    public boolean engaged() {
        return since != 0;
    }

    public Brake engagedAt(long now, String why, String said) {
        return new Brake(now, why, said, releasedAt);
    }

    public static Brake releasedAt(long now) {
        return new Brake(0, "", "", now);
    }
}
