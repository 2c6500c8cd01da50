package io.kintsugi.master.plan;

/**
 * One thing to be known about a subject.
 *
 * @param level ok, waits (it goes on by itself) or problem (somebody has to do something)
 * @param code stable, UPPER_SNAKE
 * @param remedy what to do, or ""
 */
public record Finding(String level, String code, String message, String remedy) {
    static final String OK = "ok";
    static final String WAITS = "waits";
    static final String PROBLEM = "problem";

    static Finding ok(String code, String message) {
        return new Finding(OK, code, message, "");
    }

    static Finding waits(String code, String message) {
        return new Finding(WAITS, code, message, "");
    }

    static Finding problem(String code, String message, String remedy) {
        return new Finding(PROBLEM, code, message, remedy);
    }

    /** @param op the op that has this reason, for the remedy, or 0 */
    static Finding of(Reason reason, String prefix, long op) {
        return new Finding(
                reason.passing() ? WAITS : PROBLEM,
                reason.code(),
                prefix + reason.message(),
                Remedies.of(reason.code(), op));
    }
}
