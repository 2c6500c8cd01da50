package io.kintsugi.datanode.copy;

import io.kintsugi.datanode.replica.Config;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;

/**
 * The node that a copy comes from, as a port: {@link HttpSource} is the real thing. Its calls wait for the answer, in a thread of the
 * downloader. Each fails with IOException, and with SocketTimeoutException when the node says nothing for too long.
 */
public interface Source {
    /** Asks for a checkpoint of a replica that has applied at least that index. */
    Offer offer(long replica, long neededIndex) throws IOException;

    /**
     * Asks for what a replica left on a broken disk: the files of its data store and, as {@link io.kintsugi.datanode.store.LogTail#FILE}, the log
     * behind them.
     *
     * @param fence the source promises nothing in a lower epoch from then on
     */
    Offer salvage(long replica, Config fence) throws IOException;

    /** The bytes of a file of the copy from an offset on. They may end early. */
    InputStream file(String copy, String name, long from) throws IOException;

    /** CRC-32C of the files that were asked for, by name, as the source read them. */
    Map<String, Integer> checksums(String copy) throws IOException;

    /**
     * Tells the source that a copy of this replica came as it was sent and can't be read, so that it reads what it has; if that fails, the next copy
     * tells it again.
     */
    void unreadable(long replica);

    /** Tells the source that the copy isn't needed any more; if that fails it expires by itself. */
    void drop(String copy);
}
