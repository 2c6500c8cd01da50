package io.kintsugi.sim.replication;

/** A law does not hold; the message begins with its name. */
public final class LawBroken extends RuntimeException {
    private static final long serialVersionUID = 1L;

    LawBroken(String what) {
        super(what);
    }
}
