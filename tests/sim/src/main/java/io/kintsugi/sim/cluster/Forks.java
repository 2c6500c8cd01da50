package io.kintsugi.sim.cluster;

import io.kintsugi.master.command.Command;
import io.kintsugi.master.command.Outcome;
import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.model.Recovery;
import io.kintsugi.master.state.ClusterState;
import io.kintsugi.sim.datanode.SimNode;
import io.kintsugi.sim.master.AppliedEntry;
import io.kintsugi.sim.world.World;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where partitions went on by force without what other replicas may hold, and what the ops said of it: law 1 takes them at their word. What is
 * lost must be named, and so must be whom the fence did not reach.
 */
final class Forks {
    private static final Pattern SINCE =
            Pattern.compile("writes acknowledged since epoch (\\d+), when it left the in-sync set, may be lost");
    private static final String ANY = "any write may be lost";
    private static final String UNREACHED = "the fence did not reach ";
    private static final String KEPT = "; kept as backups";

    /**
     * A recovery that chose.
     *
     * @param epoch the first of what goes on
     * @param at when
     * @param upTo replicas with an id up to this are left behind, but the survivor
     * @param lost by its word, what was acknowledged before this time is not lost; 0: any may be
     * @param reached replicas that the fence reached, by its word: they answer no more
     */
    record Fork(long epoch, long at, long upTo, long survivor, long lost, Set<Long> reached) {
        private boolean begins(long replica, long time) {
            return replica > upTo || replica == survivor && time >= at;
        }
    }

    private final Cluster cluster;
    private final World world;
    private final Map<Integer, List<Fork>> forks = new HashMap<>();
    /** When each epoch of a partition was there first. */
    private final Map<Integer, TreeMap<Long, Long>> epochs = new HashMap<>();

    private ClusterState before;

    Forks(Cluster cluster) {
        this.cluster = cluster;
        this.world = cluster.world;
    }

    List<Fork> of(int partition) {
        return forks.getOrDefault(partition, List.of());
    }

    /** Epoch of the last one; 0: none. */
    long last(int partition) {
        List<Fork> all = of(partition);
        return all.isEmpty() ? 0 : all.getLast().epoch();
    }

    /** After how many recoveries a replica answered that did so at that time. */
    static int lineage(List<Fork> forks, long replica, long time) {
        for (int i = forks.size(); i > 0; i--) {
            if (forks.get(i - 1).begins(replica, time)) {
                return i;
            }
        }
        return 0;
    }

    /** Each entry of the masters' log, in order. */
    void take(AppliedEntry entry) {
        ClusterState now = entry.state();
        for (int id : now.touched().partitions()) {
            now.partition(id).ifPresent(p -> epochs.computeIfAbsent(id, any -> new TreeMap<>())
                    .putIfAbsent(p.epoch(), world.now()));
        }
        for (int i = 0; i < entry.commands().size(); i++) {
            Outcome outcome = entry.outcomes().get(i);
            if (outcome.accepted() && entry.commands().get(i).command() instanceof Command.ChooseSurvivor c) {
                chosen(c, outcome.value(), now);
            }
        }
        before = now;
    }

    private void chosen(Command.ChooseSurvivor c, long epoch, ClusterState now) {
        Partition was = before.partition(c.partition()).orElseThrow();
        world.count("forced", "p" + c.partition());
        Set<Long> reached = new HashSet<>();
        if (was.epoch() == c.epoch()) { // nothing else of the same entry has changed it
            was.all().stream()
                    .filter(m -> m.replica() != c.replica() && !unreached(c, place(m)))
                    .forEach(m -> reached.add(m.replica()));
            reached.forEach(replica -> fenced(c, was.member(replica).orElseThrow()));
            named(c, was);
        }
        forks.computeIfAbsent(c.partition(), p -> new ArrayList<>())
                .add(new Fork(
                        epoch,
                        world.now(),
                        now.partition(c.partition()).orElseThrow().forced().upTo(),
                        c.replica(),
                        lost(c),
                        reached));
    }

    private long lost(Command.ChooseSurvivor c) {
        Matcher since = SINCE.matcher(c.message());
        if (since.find()) {
            return epochs.get(c.partition())
                    .ceilingEntry(Long.parseLong(since.group(1)))
                    .getValue();
        }
        if (!c.message().contains(ANY)) {
            throw world.broken("1", "what may be lost isn't said of partition " + c.partition() + ": " + c);
        }
        return 0;
    }

    /** Not more is said to be lost than may be, and not less. */
    private void named(Command.ChooseSurvivor c, Partition was) {
        long left = was.member(c.replica()).map(Member::leftEpoch).orElse(Member.NEVER);
        boolean true_ =
                left == Member.NEVER ? c.message().contains(ANY) : c.message().contains("since epoch " + left + ",");
        if (!true_) {
            throw world.broken("1", "the survivor left the in-sync set of " + was + " at epoch " + left + ": " + c);
        }
    }

    /** Who isn't named as unreached has stored the fence. */
    private void fenced(Command.ChooseSurvivor c, Member m) {
        long fence =
                before.op(c.op()).map(Op::recovery).map(Recovery::fenceEpoch).orElse(0L);
        SimNode node = cluster.node(m.node());
        if (node.host() != null && node.host().replica(m.replica()) != null) {
            long stored = node.host().replica(m.replica()).status().epoch();
            if (stored < fence) {
                throw world.broken(
                        "1",
                        "replica " + m.replica() + " of partition " + c.partition() + " on " + place(m) + " has epoch "
                                + stored + ", and isn't named as one whom the fence of epoch " + fence
                                + " did not reach: " + c);
            }
        }
    }

    private String place(Member m) {
        return before.node(m.node()).orElseThrow().name() + ":"
                + before.disk(m.disk()).orElseThrow().path();
    }

    /** Whether it is named among those whom the fence did not reach. */
    static boolean unreached(Command.ChooseSurvivor c, String place) {
        int from = c.message().indexOf(UNREACHED);
        if (from < 0) {
            return false;
        }
        int to = c.message().indexOf(KEPT, from);
        String all = c.message().substring(from, to < 0 ? c.message().length() : to);
        return all.contains(place + ":") || all.contains(place + " (in-sync):");
    }
}
