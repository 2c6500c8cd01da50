package io.kintsugi.master.view;

import io.kintsugi.master.model.ClusterView;
import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Partition;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The leader's memory of what datanodes report. One thread writes it; others may read it and see values of slightly different moments.
 */
public final class SoftState implements Reports {
    /** How many strangers are remembered, and for how long after they knocked: each does every few seconds. */
    private static final int STRANGERS = 1_000;

    private static final long STRANGER_NANOS = 30_000_000_000L;

    private final Map<Integer, NodeFacts> nodes = new ConcurrentHashMap<>();
    private final Map<Integer, DiskFacts> disks = new ConcurrentHashMap<>();
    private final Map<Long, ReplicaFacts> replicas = new ConcurrentHashMap<>();
    /** Of joining replicas alone: nobody asks of others. */
    private final Map<Long, Advance> progressed = new ConcurrentHashMap<>();

    private final Map<Long, Long> began = new ConcurrentHashMap<>();
    /** Partitions that no primary serves, and since when. */
    private final Map<Integer, Long> unserved = new ConcurrentHashMap<>();

    private final Map<Integer, Map<Long, ReplicaFacts>> strays = new ConcurrentHashMap<>();
    /** Partitions that have a joining replica. */
    private final Set<Integer> joining = ConcurrentHashMap.newKeySet();

    private final Map<Integer, Integer> primaries = new ConcurrentHashMap<>();
    private final Map<Integer, Integer> incoming = new ConcurrentHashMap<>();
    private final Map<Integer, List<BackupFacts>> backups = new ConcurrentHashMap<>();
    private final Map<Integer, Counts> counts = new ConcurrentHashMap<>();
    private final Set<Integer> differing = ConcurrentHashMap.newKeySet();
    private final Set<Integer> counting = ConcurrentHashMap.newKeySet();
    private final CopyBook copies = new CopyBook();
    private final Map<String, Stranger> strangers = new ConcurrentHashMap<>();
    private volatile boolean judging;

    @Override
    public Optional<NodeFacts> node(int node) {
        return Optional.ofNullable(nodes.get(node));
    }

    @Override
    public Optional<DiskFacts> disk(int disk) {
        return Optional.ofNullable(disks.get(disk));
    }

    @Override
    public Optional<ReplicaFacts> replica(long replica) {
        return Optional.ofNullable(replicas.get(replica));
    }

    @Override
    public OptionalLong progressed(long replica) {
        Advance so = progressed.get(replica);
        return so == null ? OptionalLong.empty() : OptionalLong.of(so.atNanos());
    }

    @Override
    public OptionalLong began(long replica) {
        return at(began.get(replica));
    }

    @Override
    public OptionalLong unservedSince(int partition) {
        return at(unserved.get(partition));
    }

    private static OptionalLong at(Long nanos) {
        return nanos == null ? OptionalLong.empty() : OptionalLong.of(nanos);
    }

    @Override
    public OptionalLong perSecondOff(int disk, long nowNanos) {
        return copies.perSecondOff(disk, nowNanos);
    }

    @Override
    public OptionalLong perSecondInto(long replica, long nowNanos) {
        return copies.perSecondInto(replica, nowNanos);
    }

    @Override
    public Optional<Copied> copied(long replica) {
        return copies.copied(replica);
    }

    @Override
    public Collection<ReplicaFacts> strays(int partition) {
        return List.copyOf(strays.getOrDefault(partition, Map.of()).values());
    }

    @Override
    public List<BackupFacts> backups(int node) {
        return backups.getOrDefault(node, List.of());
    }

    /** All that the node keeps. */
    public void backups(int node, List<BackupFacts> all) {
        backups.put(
                node,
                all.stream()
                        .sorted(Comparator.comparingInt(BackupFacts::partition).thenComparingLong(BackupFacts::replica))
                        .toList());
    }

    /** Datanodes that were refused lately, in order of their addresses. */
    public List<Stranger> strangers(long nowNanos) {
        return strangers.values().stream()
                .filter(s -> nowNanos - s.heardNanos() <= STRANGER_NANOS)
                .sorted(Comparator.comparing(Stranger::address))
                .toList();
    }

    public void refused(Stranger stranger) {
        if (strangers.size() >= STRANGERS) {
            strangers.values().removeIf(s -> stranger.heardNanos() - s.heardNanos() > STRANGER_NANOS);
        }
        if (strangers.size() < STRANGERS || strangers.containsKey(stranger.address())) {
            strangers.put(stranger.address(), stranger);
        }
    }

    @Override
    public Counts counts(int partition) {
        return counts.getOrDefault(partition, Counts.NONE);
    }

    @Override
    public Collection<Integer> differing() {
        return differing.stream().sorted().toList();
    }

    @Override
    public boolean counting(int partition) {
        return counting.contains(partition);
    }

    /** What a replica of the partition was counted to hold. */
    public void counted(Partition p, long replica, Digest digest) {
        Counts now = counts(p.id()).with(replica, digest, p);
        counts.put(p.id(), now);
        judge(p, now);
    }

    private void judge(Partition p, Counts now) {
        List<Counts.Counted> judged = Counts.members(now.judged(p), p);
        if (judged.stream()
                .anyMatch(c -> !c.digest().equalContent(judged.getFirst().digest()))) {
            differing.add(p.id());
        } else {
            differing.remove(p.id());
        }
    }

    /** Whether the partition's replicas are asked to count. */
    public void counting(int partition, boolean asked) {
        if (asked) {
            counting.add(partition);
        } else {
            counting.remove(partition);
        }
    }

    @Override
    public int primaries(int node) {
        return primaries.getOrDefault(node, 0);
    }

    @Override
    public int incoming(int disk) {
        return incoming.getOrDefault(disk, 0);
    }

    @Override
    public boolean judging() {
        return judging;
    }

    public Collection<NodeFacts> nodes() {
        return List.copyOf(nodes.values());
    }

    public void judge() {
        judging = true;
    }

    /** Whether a primary serves the partition now; one that is gone counts as served. */
    public void served(int partition, boolean served, long nowNanos) {
        if (served) {
            unserved.remove(partition);
        } else {
            unserved.putIfAbsent(partition, nowNanos);
        }
    }

    public void put(NodeFacts facts) {
        nodes.put(facts.node(), facts);
    }

    public void put(DiskFacts facts) {
        disks.put(facts.disk(), facts);
    }

    /**
     * Takes a report that says of a member only that it has come further, which no driver has anything to do for. Most reports of a
     * cluster at work are such, and this is their short way: the partition isn't looked up.
     *
     * @return false: it is another report, and {@link #put(ReplicaFacts, Partition, long)} is to take it
     */
    public boolean goesOn(ReplicaFacts facts) {
        ReplicaFacts before = replicas.get(facts.replica());
        if (before == null
                || before.partition() != facts.partition()
                || !facts.standsLike(before)
                || !before.otherPeers().isEmpty()
                || joining.contains(facts.partition())
                || strays.containsKey(facts.partition())) {
            return false;
        }
        replicas.put(facts.replica(), facts);
        return true;
    }

    /**
     * @param p the partition that the replica says it is of, or null when there is none
     * @return whether a driver may have something to do because of it: a replica that just goes on replicating is none of their business
     */
    public boolean put(ReplicaFacts facts, Partition p, long nowNanos) {
        ReplicaFacts before = replicas.put(facts.replica(), facts);
        boolean joins = p != null && p.joining() != null && p.joining().replica() == facts.replica();
        if (joins) {
            began.putIfAbsent(facts.replica(), nowNanos);
        }
        if (joins) {
            progressed.compute(
                    facts.replica(),
                    (id, so) -> so == null ? Advance.first(facts, nowNanos) : so.then(facts, nowNanos));
            boolean created = node(facts.node()).filter(NodeFacts::complete).isPresent();
            copies.reported(p, before, facts, created, nowNanos);
        }
        if (p == null || p.member(facts.replica()).isEmpty()) {
            stray(facts);
            return true;
        }
        return p.joining() != null || before == null || !facts.standsLike(before);
    }

    /** The datanode has it no more. Nothing happens when another node holds that id, or nobody. */
    public void remove(int node, long replica) {
        ReplicaFacts facts = replicas.get(replica);
        if (facts == null || facts.node() != node) {
            return;
        }
        replicas.remove(replica);
        progressed.remove(replica);
        began.remove(replica);
        unstray(facts.partition(), replica);
    }

    /** Everything that the node has reported so far, by replica id: members by the configurations, and strays. */
    public List<Long> replicasOf(ClusterView cluster, int node) {
        List<Long> ids = new ArrayList<>();
        cluster.disksOfNode(node).stream()
                .flatMap(d -> cluster.partitionsOnDisk(d.id()).stream())
                .flatMap(id -> cluster.partition(id).stream())
                .flatMap(p -> p.all().stream())
                .filter(m -> m.node() == node && replicas.containsKey(m.replica()))
                .forEach(m -> ids.add(m.replica()));
        strays.values()
                .forEach(
                        of -> of.values().stream().filter(f -> f.node() == node).forEach(f -> ids.add(f.replica())));
        return ids;
    }

    /** Keeps counts and strays in step with the state. Either side may be null: new, or removed. */
    public void changed(Partition old, Partition now) {
        count(old, -1);
        count(now, 1);
        if (now != null && now.joining() != null) {
            joining.add(now.id());
        } else if (old != null && old.joining() != null) {
            joining.remove(old.id());
        }
        if (now != null && strays.containsKey(now.id())) {
            now.all().forEach(m -> unstray(now.id(), m.replica()));
        }
        if (old == null) {
            return;
        }
        if (now == null) {
            counts.remove(old.id());
            differing.remove(old.id());
        } else if (counts.containsKey(now.id())) {
            judge(now, counts.get(now.id()));
        }
        if (old.joining() != null
                && (now == null
                        || now.joining() == null
                        || now.joining().replica() != old.joining().replica())) {
            copies.over(old.joining().replica());
            progressed.remove(old.joining().replica());
            began.remove(old.joining().replica());
        }
        for (Member m : old.all()) {
            ReplicaFacts facts = replicas.get(m.replica());
            if (facts != null && (now == null || now.member(m.replica()).isEmpty())) {
                stray(facts);
            }
        }
    }

    /** Counts a copy that is just being proposed; {@link #release} takes it back. */
    public void reserve(int disk) {
        incoming.merge(disk, 1, Integer::sum);
    }

    public void release(int disk) {
        incoming.merge(disk, -1, Integer::sum);
    }

    private void count(Partition p, int delta) {
        if (p == null) {
            return;
        }
        p.member(p.primary()).ifPresent(m -> primaries.merge(m.node(), delta, Integer::sum));
        if (p.joining() != null) {
            incoming.merge(p.joining().disk(), delta, Integer::sum);
        }
    }

    private void unstray(int partition, long replica) {
        strays.computeIfPresent(partition, (p, of) -> {
            of.remove(replica);
            return of.isEmpty() ? null : of;
        });
    }

    private void stray(ReplicaFacts facts) {
        strays.computeIfAbsent(facts.partition(), p -> new ConcurrentHashMap<>())
                .put(facts.replica(), facts);
    }
}
