package io.kintsugi.sim.world;

/**
 * Ends what a process is doing at the moment it dies. Whoever catches it on the way changes nothing: the process's life is over, and its
 * ports throw it again ({@link Process#check}).
 */
public final class Killed extends Error {
    private static final long serialVersionUID = 1L;

    Killed(String process) {
        super(process + " is dead", null, false, false);
    }
}
