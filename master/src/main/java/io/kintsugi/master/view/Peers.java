package io.kintsugi.master.view;

import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Partition;
import java.util.List;

/** Sets of replica ids in four bytes, for comparing: a million replicas report what they store, and hardly ever does one differ. */
public final class Peers {
    private Peers() {}

    /** The same for the same ids in any order; never 0. */
    public static int digest(List<Long> replicas) {
        int sum = 0;
        for (long replica : replicas) {
            sum += mixed(replica);
        }
        return sum == 0 ? 1 : sum;
    }

    /** Of what the configuration names: members and the joining replica. */
    public static int digest(Partition p) {
        int sum = p.joining() == null ? 0 : mixed(p.joining().replica());
        for (Member m : p.members()) {
            sum += mixed(m.replica());
        }
        return sum == 0 ? 1 : sum;
    }

    /** The finalizer of MurmurHash3: linear mixing would take {1, 4} for {2, 3}. */
    private static int mixed(long id) {
        long h = (id ^ id >>> 33) * 0xff51afd7ed558ccdL;
        h = (h ^ h >>> 33) * 0xc4ceb9fe1a85ec53L;
        return (int) (h ^ h >>> 33);
    }
}
