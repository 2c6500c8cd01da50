package io.kintsugi.datanode.host;

import io.kintsugi.datanode.replica.Entry;
import io.kintsugi.datanode.store.LogHeader;
import java.util.List;

/**
 * Changes of one replica's log, to be written in one group with those of others.
 *
 * @param header null: unchanged
 * @param truncateFrom drop entries from here on; 0: nothing
 * @param freeUpTo drop entries up to here; 0: nothing
 * @param sync whether {@code done} may only run when the change survives a crash
 * @param done runs on the disk's event loop, in the order in which the changes were handed over
 */
record LogOp(
        long replica,
        LogHeader header,
        long truncateFrom,
        long freeUpTo,
        List<Entry> entries,
        boolean sync,
        Runnable done) {
    static final long ALL = Long.MAX_VALUE - 1;
    private static final long NO_REPLICA = 0;

    /** No change: the disk has room again, and what waited for that is to be written before {@code done}. */
    static LogOp resume(Runnable done) {
        return new LogOp(NO_REPLICA, null, 0, 0, List.of(), true, done);
    }

    boolean resumes() {
        return replica == NO_REPLICA;
    }
}
