package io.kintsugi.sim.datanode;

/** What befalls a file of a copy on its way. */
public enum CopyFault {
    /** A bit flips. */
    DAMAGED,
    /** The answer ends early, as if it had been all. */
    CUT_SHORT,
    /** The connection breaks. */
    BROKEN
}
