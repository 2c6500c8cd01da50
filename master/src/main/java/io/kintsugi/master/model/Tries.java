package io.kintsugi.master.model;

/**
 * How often an op has tried. Waiting isn't trying: none of these moves while an op waits for what its reason names.
 *
 * @param attempts how often it began to change something
 * @param failures attempts that failed and were tried again
 * @param rollbacks attempts that were undone to choose another destination
 * @param notBefore milliseconds since the epoch before which it isn't tried again, 0 for at once
 */
public record Tries(int attempts, int failures, int rollbacks, long notBefore) {
    public static final Tries NONE = new Tries(0, 0, 0, 0);

    public Tries begun() {
        return new Tries(attempts + 1, failures, rollbacks, 0);
    }

    public Tries after(AttemptEnd end, long pauseUntil) {
        return new Tries(
                attempts,
                failures + (end == AttemptEnd.FAILURE ? 1 : 0),
                rollbacks + (end == AttemptEnd.ROLLBACK ? 1 : 0),
                pauseUntil);
    }
}
