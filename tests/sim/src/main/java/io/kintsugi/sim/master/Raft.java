package io.kintsugi.sim.master;

import io.kintsugi.sim.world.Network;
import io.kintsugi.sim.world.Process;
import io.kintsugi.sim.world.World;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * A correct Raft group as a model. Replication is by messages ({@link RaftMember}). Elections need none: when no leader reaches a majority,
 * one who does, and whose log is good enough for it, gets its votes at one instant, an election timeout later. A leader that is cut off or
 * paused doesn't know of it, until it hears from somebody or its own patience ends.
 */
final class Raft {
    private final World world;
    private final Network network;
    private final RaftTiming timing;
    private final SplittableRandom random;
    private final List<RaftMember> voters = new ArrayList<>();
    /** Seeded, and catching up before they vote. */
    private final List<RaftMember> learners = new ArrayList<>();

    private final Map<RaftMember, Long> deposing = new HashMap<>();
    private final Committed committed;
    private boolean electing;
    private long elections;

    Raft(World world, Network network, RaftTiming timing) {
        this.world = world;
        this.network = network;
        this.timing = timing;
        this.random = world.random("raft");
        this.committed = new Committed(world);
        network.onChange(this::changed);
    }

    RaftTiming timing() {
        return timing;
    }

    RaftMember add(Process process) {
        RaftMember member = new RaftMember(this, process);
        voters.add(member);
        process.onChange(this::changed);
        return member;
    }

    List<RaftMember> voters() {
        return voters;
    }

    List<RaftMember> others(RaftMember than) {
        return Stream.concat(voters.stream(), learners.stream())
                .filter(v -> v != than)
                .toList();
    }

    long elections() {
        return elections;
    }

    void committed(RaftMember by, long after, long upTo) {
        for (long i = after + 1; i <= upTo; i++) {
            if (i > by.log.base()) {
                committed.check(by.name(), i, by.log.get(i));
            }
        }
    }

    void datagram(RaftMember from, RaftMember to, String kind, Runnable delivery) {
        network.datagram(from.process(), to.process(), kind, () -> {
            if (to.running()) {
                delivery.run();
            }
        });
    }

    boolean reaches(RaftMember a, RaftMember b) {
        return awake(a) && awake(b) && !network.cut(a.name(), b.name()) && !network.cut(b.name(), a.name());
    }

    private static boolean awake(RaftMember m) {
        return m.running() && m.hasStore && !m.process().paused();
    }

    private boolean majority(long n) {
        return n > voters.size() / 2;
    }

    private boolean holds(RaftMember leader) {
        return leader.leading()
                && voters.contains(leader)
                && majority(voters.stream()
                        .filter(v -> v == leader ? awake(v) : reaches(leader, v) && v.term <= leader.term)
                        .count());
    }

    /** The one that leads, and would still if it asked; empty while nobody does. */
    Optional<RaftMember> leader() {
        return voters.stream().filter(this::holds).findFirst();
    }

    /** Somebody died, came, was cut off or reached. */
    void changed() {
        voters.forEach(RaftMember::replicate);
        for (RaftMember v : voters) {
            if (v.leading() && !holds(v)) {
                impatient(v);
            } else {
                deposing.remove(v);
            }
        }
        if (leader().isEmpty() && !electing) {
            electing = true;
            world.after(electionTimeout(), "raft.election", "masters", () -> {
                electing = false;
                if (leader().isEmpty()) {
                    elect(null);
                }
            });
        }
    }

    private long electionTimeout() {
        return random.nextLong(timing.electionMin(), timing.electionMax());
    }

    /** A leader that reaches no majority gives up after a while, if it can tell the time. */
    private void impatient(RaftMember v) {
        if (deposing.containsKey(v)) {
            return;
        }
        long number = random.nextLong();
        deposing.put(v, number);
        v.process().after(2 * electionTimeout(), "raft.impatience", () -> {
            if (deposing.remove(v, number) && !holds(v)) {
                v.stepDown();
                changed();
            }
        });
    }

    /** The present leader is deposed by another, and isn't told; nothing happens when nobody else can lead. */
    void depose() {
        leader().ifPresent(this::elect);
    }

    /** A leader gives up its term, but not in the middle of what it does now. Another leads then, or it again. */
    void resign(RaftMember leader) {
        leader.process().after(0, "raft.resign", () -> {
            if (leader.leading()) {
                leader.stepDown();
                changed();
            }
        });
    }

    private void elect(RaftMember notThis) {
        List<RaftMember> able = voters.stream()
                .filter(c -> c != notThis && majority(votes(c).size()))
                .toList();
        if (able.isEmpty()) {
            return;
        }
        RaftMember winner = able.get(random.nextInt(able.size()));
        List<RaftMember> votes = votes(winner);
        votes.remove(notThis);
        if (!majority(votes.size())) {
            votes = votes(winner);
        }
        long term = votes.stream().mapToLong(v -> v.term).max().orElseThrow() + 1;
        elections++;
        world.count("election", winner.name());
        world.note(winner.name(), () -> "leads in term " + term);
        votes.forEach(v -> v.hear(term));
        winner.lead(term);
        changed();
    }

    private List<RaftMember> votes(RaftMember candidate) {
        List<RaftMember> votes = new ArrayList<>();
        for (RaftMember v : voters) {
            if (v == candidate ? awake(v) : reaches(candidate, v) && candidate.upToDate(v)) {
                votes.add(v);
            }
        }
        return votes;
    }

    /** Takes a member that needs a seed out of the group; false unless the leader reaches a majority without it. */
    boolean remove(RaftMember leader, RaftMember member) {
        learners.remove(member);
        if (!voters.contains(member)) {
            return true;
        }
        boolean able =
                changeable(leader, voters.stream().filter(v -> v != member).toList());
        if (able) {
            voters.remove(member);
            leader.replicate();
        }
        return able;
    }

    /**
     * Adds one that has been seeded: first as one that only listens, and as a voter once it has all that is committed. Otherwise what a
     * smaller group committed could soon be missing in too many of the larger one.
     */
    boolean admit(RaftMember leader, RaftMember member) {
        if (voters.contains(member)) {
            return true;
        }
        if (!changeable(leader, voters)) {
            return false;
        }
        if (!learners.contains(member)) {
            voters.forEach(v -> v.forget(member));
            learners.add(member);
            leader.replicate();
        }
        boolean able = leader.matched(member) >= leader.commit();
        if (able) {
            learners.remove(member);
            voters.add(member);
            voters.sort(Comparator.comparing(RaftMember::name));
            changed();
        }
        return able;
    }

    /** A change of the group is an entry of the leader's: it must be able to commit one. */
    private boolean changeable(RaftMember leader, List<RaftMember> group) {
        return leader.leading()
                && group.contains(leader)
                && group.stream()
                                .filter(v -> v == leader || reaches(leader, v) && v.term <= leader.term)
                                .count()
                        > group.size() / 2;
    }
}
