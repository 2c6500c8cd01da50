package io.kintsugi.sim.replication;

import io.kintsugi.datanode.replica.ReplicaOptions;
import java.util.SplittableRandom;

/** What kind of a run a seed makes: sizes, timings and how much goes wrong. Times in nanoseconds of virtual time. */
final class Plan {
    static final long MS = 1_000_000;

    final int replicas;
    final int minInSync;
    final double loss;
    final double duplicates;
    final double slow;
    final long slowest;
    final long deadAfter;
    final long faultEvery;
    final long syncMax;
    final long flushEvery;
    final long opEvery;
    final boolean moves;
    final boolean wipes;
    /** Elections and cuts often, little else: where stale reads would hide. */
    final boolean reads;

    final double eager;
    final long chaosEnds;
    final ReplicaOptions options;

    Plan(SplittableRandom random) {
        reads = random.nextInt(3) == 0;
        int[] sizes = reads ? new int[] {3, 3, 3, 2} : new int[] {3, 3, 3, 3, 3, 3, 2, 2, 4, 5, 1};
        replicas = sizes[random.nextInt(sizes.length)];
        minInSync = replicas > 1 && random.nextInt(4) == 0 ? 2 : 1;
        loss = random.nextInt(3) == 0 ? 0 : random.nextDouble() * 0.15;
        duplicates = random.nextInt(3) == 0 ? 0 : random.nextDouble() * 0.2;
        slow = random.nextInt(3) == 0 ? 0 : random.nextDouble() * 0.15;
        slowest = random.nextLong(20, 600) * MS;
        deadAfter = random.nextLong(25, reads ? 60 : 200) * MS;
        faultEvery = random.nextLong(25, reads ? 50 : 120) * MS;
        syncMax = random.nextInt(3) == 0 ? random.nextLong(10, 60) * MS : 3 * MS;
        flushEvery = (random.nextInt(2) == 0 ? 30 : 150) * MS;
        opEvery = random.nextLong(4, 30) * MS;
        moves = !reads && random.nextInt(3) == 0;
        wipes = !reads && random.nextInt(3) == 0;
        eager = reads ? 0.7 : random.nextInt(2) == 0 ? 0.02 : 0.25;
        chaosEnds = random.nextLong(300, 1200) * MS;
        long[] leases = reads ? new long[] {0, 30, 60, 400, 800} : new long[] {0, 40, 100, 300};
        options = new ReplicaOptions(
                random.nextLong(25, reads ? 200 : 120) * MS,
                random.nextLong(10, 40) * MS,
                100 * MS,
                leases[random.nextInt(leases.length)] * MS,
                0.1,
                random.nextLong(1, 10) * MS,
                random.nextInt(1, 5),
                random.nextInt(60, 600),
                random.nextInt(2, 20),
                random.nextInt(2) == 0 ? 200 : 1 << 20,
                random.nextInt(2) == 0 ? 3 : 1 << 20);
    }
}
