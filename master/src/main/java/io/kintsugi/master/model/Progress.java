package io.kintsugi.master.model;

/**
 * How far an op was when that was last persisted.
 *
 * @param partitions replicas that were there to be moved when the op began
 */
public record Progress(long bytesDone, long bytesTotal, int partitions) {
    public static final Progress NONE = new Progress(0, 0, 0);

    public static Progress of(int partitions) {
        return new Progress(0, 0, partitions);
    }

    public Progress bytes(long done, long total) {
        return new Progress(done, total, partitions);
    }
}
