package io.kintsugi.datanode.host;

import io.kintsugi.datanode.replica.Checkpoint;
import io.kintsugi.datanode.replica.Config;
import io.kintsugi.datanode.replica.Member;
import java.nio.file.Path;

/** Downloads checkpoints. */
public interface Seeder {
    /**
     * What to download, and where to.
     *
     * @param fence of a source on a broken disk, which gives nothing before it has stored this; null: the source works
     */
    record Job(int partition, long replica, Member source, long neededIndex, Path disk, Path target, Config fence) {}

    /** Called from the download's own thread; exactly one of ready and failed, unless it was cancelled. */
    interface Listener {
        void progress(long doneBytes, long totalBytes);

        void ready(Checkpoint checkpoint);

        /** @param cause a storage failure of the destination when it is a StorageException, otherwise the source's or the network's */
        void failed(RuntimeException cause);
    }

    /** A download under way. */
    interface Download {
        /**
         * Stops it: the target is not written any more once the thread notices. A call of the listener that the thread had decided on may still
         * come, however late.
         */
        void cancel();
    }

    Download start(Job job, Listener listener);
}
