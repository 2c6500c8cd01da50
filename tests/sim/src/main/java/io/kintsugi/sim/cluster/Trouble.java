package io.kintsugi.sim.cluster;

import java.util.SplittableRandom;

/**
 * What else goes wrong in some of the runs. Drawn apart, so that the others stay as they are.
 *
 * @param force partitions lose the majority of their replicas for good, or all that are in-sync, and operators go on with what is left: what
 *     they are told of may be lost then
 * @param peers replicas whose stored configuration names other peers than the masters know, or whose epoch is above the masters'
 * @param absences datanodes stay away until others have taken their replicas' places
 */
record Trouble(boolean force, boolean peers, boolean absences) {
    static Trouble drawn(SplittableRandom r) {
        return new Trouble(r.nextInt(4) == 0, r.nextInt(5) == 0, r.nextInt(5) == 0);
    }
}
