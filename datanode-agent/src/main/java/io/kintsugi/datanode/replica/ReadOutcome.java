package io.kintsugi.datanode.replica;

/** How a client's read ended. */
public enum ReadOutcome {
    /** The driver reads the data store at once, in the same event, and answers. */
    GRANTED,
    NOT_PRIMARY
}
