package io.kintsugi.datanode.replica;

import java.util.List;

/**
 * Durable changes of one replica that become synced together or not at all, in the order: install, truncate, append.
 *
 * @param ticket rises by one a batch; {@link Replica#onPersisted} is called with it once the batch, and all before it, is synced
 * @param config the configuration to store from now on; null: unchanged
 * @param install put this downloaded checkpoint in place of the data, and an empty log that begins behind it in place of the log;
 *     null: none. (Data and log may be replaced in several steps if a crash between them is finished or undone at start.)
 * @param truncateFrom drop the log from this index on; 0: nothing
 * @param entries to append; consecutive, the first follows the log's last entry after the truncation
 */
public record Batch(long ticket, Config config, Checkpoint install, long truncateFrom, List<Entry> entries) {}
