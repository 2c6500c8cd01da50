package io.kintsugi.sim.replication;

import io.kintsugi.datanode.replica.ApplyResult;
import io.kintsugi.datanode.replica.Entry;
import io.kintsugi.datanode.replica.EntryId;

/** A replica's data store: last sequence of each client, and a digest of everything applied, which stands for the data. */
final class Data {
    static final int CLIENTS = 4;

    EntryId applied = EntryId.NONE;
    long digest = 17;
    private long[] sessions = new long[CLIENTS];

    Data copy() {
        Data copy = new Data();
        copy.applied = applied;
        copy.digest = digest;
        copy.sessions = sessions.clone();
        return copy;
    }

    ApplyResult apply(Entry entry) {
        applied = new EntryId(entry.epoch(), entry.index());
        int client = (int) entry.client();
        boolean duplicate = entry.sequence() <= sessions[client];
        digest = (digest * 0x9E3779B97F4A7C15L + entry.index() * 31 + entry.epoch()) * 31
                + entry.client() * 7
                + entry.sequence();
        if (duplicate) {
            return ApplyResult.DUPLICATE;
        }
        sessions[client] = entry.sequence();
        return ApplyResult.APPLIED;
    }
}
