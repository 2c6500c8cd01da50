package io.kintsugi.master.consensus;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.server.RaftServerConfigKeys.LeaderElection;
import org.apache.ratis.server.RaftServerConfigKeys.Log;
import org.apache.ratis.server.RaftServerConfigKeys.Rpc;
import org.apache.ratis.server.RaftServerConfigKeys.Snapshot;
import org.apache.ratis.util.SizeInBytes;
import org.apache.ratis.util.TimeDuration;

/** Every Raft setting that differs from Ratis's default, with why. Public for the bench, whose bare Ratis group has the same. */
public final class RaftSettings {
    private static final SizeInBytes APPENDER_BUFFER = SizeInBytes.valueOf("4MB");
    /** Ratis wants room for the largest append plus 8 bytes. */
    private static final SizeInBytes WRITE_BUFFER = SizeInBytes.valueOf((4L << 20) + (64 << 10));

    private static final TimeDuration STAGING = TimeDuration.valueOf(30, TimeUnit.SECONDS);
    /** Nobody retries through Raft's cache (every entry has a new call id; request ids are in the state): keep replies briefly. */
    private static final TimeDuration RETRY_CACHE = TimeDuration.valueOf(5, TimeUnit.SECONDS);
    /** A longer pause of the JVM would end the member for good; the state is sound, so it may go on. */
    private static final TimeDuration LONGEST_PAUSE = TimeDuration.valueOf(300, TimeUnit.SECONDS);

    private RaftSettings() {}

    /** @param storage directory of Raft's log and votes */
    public static RaftProperties of(ConsensusConfig config, Path storage) {
        RaftProperties properties = new RaftProperties();
        RaftServerConfigKeys.setStorageDir(properties, List.of(storage.toFile()));
        // the default of both is in the system's temporary directory
        RaftServerConfigKeys.setRemovedGroupsDir(
                properties, storage.resolve("removed").toFile());
        RaftServerConfigKeys.setStagingTimeout(properties, STAGING);
        RaftServerConfigKeys.setCloseThreshold(properties, LONGEST_PAUSE);
        GrpcConfigKeys.Server.setHost(properties, config.bindHost());
        GrpcConfigKeys.Server.setPort(properties, config.self().raft());
        elections(properties, config);
        log(properties, config);
        RaftServerConfigKeys.RetryCache.setExpiryTime(properties, RETRY_CACHE);
        return properties;
    }

    private static void elections(RaftProperties properties, ConsensusConfig config) {
        Rpc.setTimeoutMin(properties, duration(config.electionMin()));
        Rpc.setTimeoutMax(properties, duration(config.electionMax()));
        // a starting member has nobody to wait for
        Rpc.setFirstElectionTimeoutMin(properties, duration(config.electionMin().dividedBy(2)));
        Rpc.setFirstElectionTimeoutMax(properties, duration(config.electionMax().dividedBy(2)));
        Rpc.setRequestTimeout(properties, duration(config.electionMax().multipliedBy(2)));
        // the default, 10 s, keeps a leader that stepped down from the next ten elections
        LeaderElection.setLeaderStepDownWaitTime(
                properties, duration(config.electionMax().multipliedBy(2)));
    }

    private static void log(RaftProperties properties, ConsensusConfig config) {
        Log.setSegmentSizeMax(properties, SizeInBytes.valueOf(config.segmentBytes()));
        Log.setPreallocatedSize(properties, SizeInBytes.valueOf(Math.min(config.segmentBytes(), 1L << 20)));
        Log.setWriteBufferSize(properties, WRITE_BUFFER);
        Log.Appender.setBufferByteLimit(properties, APPENDER_BUFFER);
        // a member that needs freed log is seeded anew under a new id, by our own stream
        Log.Appender.setInstallSnapshotEnabled(properties, false);
        Log.setPurgeUptoSnapshotIndex(properties, true);
        Log.setPurgeGap(properties, 1);
        Log.setPurgePreservationLogNum(properties, config.keepEntries());
        Snapshot.setAutoTriggerEnabled(properties, true);
        Snapshot.setAutoTriggerThreshold(properties, config.snapshotEntries());
        Snapshot.setCreationGap(properties, 1);
        // close() flushes the store by itself
        Snapshot.setTriggerWhenStopEnabled(properties, false);
    }

    private static TimeDuration duration(Duration duration) {
        return TimeDuration.valueOf(duration.toMillis(), TimeUnit.MILLISECONDS);
    }
}
