package io.kintsugi.sim.cluster;

import io.kintsugi.datanode.host.HostSettings;
import io.kintsugi.datanode.replica.ReplicaOptions;
import io.kintsugi.sim.datanode.SimNode;
import io.kintsugi.sim.master.RaftTiming;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;

/**
 * What kind of a run a seed makes: sizes, timings and how much goes wrong.
 *
 * @param pace all time limits of the product are this many times the usual: a long run with few heartbeats costs little
 * @param faultEvery mean time between faults, nanoseconds
 * @param verbEvery mean time between what operators ask
 * @param opEvery mean time between a client's operations
 * @param lostMillis how long a member may be away until another takes its place, not paced
 * @param brakePercent share of datanodes or disks that may fail at once before automatic work stops
 */
record Plan(
        int masters,
        int datanodes,
        int disks,
        int zones,
        int partitions,
        int replicas,
        int minInSync,
        int clients,
        int keys,
        int pace,
        long faultEvery,
        long verbEvery,
        long opEvery,
        long lostMillis,
        int brakePercent,
        Duration chaos,
        RaftTiming raft,
        SimNode.Settings node) {
    static final long MS = 1_000_000;

    /**
     * @param chaos how long things go wrong; null: as the seed says, some minutes
     */
    static Plan drawn(SplittableRandom r, Duration chaos) {
        int pace = chaos == null ? 1 + r.nextInt(3) : (int) Math.max(1, chaos.toSeconds() / (40 + r.nextInt(40)));
        int size = r.nextInt(240);
        int datanodes = size == 0 ? 50 + r.nextInt(151) : size < 20 ? 9 + r.nextInt(16) : 3 + r.nextInt(6);
        int replicas = 1 + r.nextInt(3);
        SplittableRandom repair = r.split();
        Duration faulty = chaos == null ? Duration.ofSeconds((20L + r.nextInt(60)) * pace) : chaos;
        return new Plan(
                r.nextInt(3) == 0 ? 1 + r.nextInt(5) : 3,
                datanodes,
                1 + r.nextInt(r.nextInt(16) == 0 ? 12 : 3),
                1 + r.nextInt(Math.min(3, datanodes)),
                1 + r.nextInt(5),
                replicas,
                replicas > 1 && r.nextInt(4) == 0 ? 2 : 1,
                1 + r.nextInt(3),
                1 + r.nextInt(6),
                pace,
                r.nextLong(400, 5_000) * MS * pace,
                r.nextLong(300, 4_000) * MS * pace,
                r.nextLong(30, 400) * MS * pace,
                repair.nextInt(4) == 0 ? 600_000 : Math.max(1_000, repair.nextLong(500, 12_000) * pace),
                List.of(0, 0, 10, 30, 50, 100).get(repair.nextInt(6)),
                faulty,
                raft(r, pace),
                node(r, pace));
    }

    private static RaftTiming raft(SplittableRandom r, int pace) {
        long election = 500 * MS * pace;
        return new RaftTiming(
                election, 2 * election, r.nextLong(1, 6) * MS, 50 * MS * pace, r.nextInt(10, 200), r.nextInt(5, 100));
    }

    private static SimNode.Settings node(SplittableRandom r, int pace) {
        ReplicaOptions options = new ReplicaOptions(
                r.nextLong(500, 2_500) * MS * pace,
                r.nextLong(100, 500) * MS * pace,
                r.nextLong(600, 2_000) * MS * pace,
                r.nextInt(4) == 0 ? 0 : r.nextLong(200, 900) * MS * pace,
                0.1,
                10 * MS,
                r.nextInt(1, 17),
                r.nextInt(3) == 0 ? r.nextInt(1, 200) : r.nextInt(200, 5_000),
                r.nextInt(4, 200),
                r.nextBoolean() ? 4 << 10 : 1 << 20,
                r.nextInt(5, 500));
        HostSettings host = new HostSettings(
                r.nextLong(1 << 10, 32 << 10),
                Duration.ofSeconds(3L * pace),
                r.nextLong(256, 8 << 10),
                1 << 20,
                Duration.ofSeconds(pace),
                1,
                1 + r.nextInt(3));
        return new SimNode.Settings("z1", "", 1 + r.nextInt(3), host, options, Duration.ofMillis(200L * pace));
    }

    /** So long in units of the pace. */
    long paced(long millis) {
        return millis * MS * pace;
    }

    /** The longest that anything may take once the faults are over. */
    Duration bound() {
        return Duration.ofMinutes(6).multipliedBy(pace);
    }
}
