package io.kintsugi.master.consensus;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** What a master asks of another one, outside Raft. Each call has a time limit of its own and fails with the other's reason. */
public interface MasterPeers {
    /** A master as it presents itself. */
    record Info(
            String name,
            String state,
            boolean store,
            String clusterId,
            long generation,
            long term,
            String leader,
            boolean leading,
            long appliedIndex,
            boolean digestOk) {}

    /** The members that a new group starts with; {@code identity} is the receiver's. */
    record Founding(Identity identity, List<Peer> peers) {}

    /** A file of a checkpoint. */
    record SeedFile(String name, long size, long crc32c) {}

    /** A checkpoint that the leader holds ready for the joining peer of this identity. */
    record Seed(Identity identity, String checkpoint, List<SeedFile> files) {}

    CompletableFuture<Info> info(MasterAddress master);

    CompletableFuture<Void> found(MasterAddress master, Founding founding);

    /** Asks the leader for a seed: the former peer of that name leaves the group first. */
    CompletableFuture<Seed> seed(MasterAddress leader, String name);

    /** Fetches the seed's files, checks and syncs them. */
    CompletableFuture<Void> download(MasterAddress leader, Seed seed, Path directory);

    /** Asks the leader to add a peer that runs and is seeded. */
    CompletableFuture<Void> join(MasterAddress leader, Peer peer);
}
