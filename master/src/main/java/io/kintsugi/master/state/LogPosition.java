package io.kintsugi.master.state;

/** Where in the Raft log. */
public record LogPosition(long term, long index) {
    public static final LogPosition START = new LogPosition(0, 0);
}
