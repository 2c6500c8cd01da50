package io.kintsugi.sim.replication;

import io.kintsugi.datanode.replica.Config;
import io.kintsugi.datanode.replica.Member;
import io.kintsugi.datanode.replica.Proposal;
import io.kintsugi.datanode.replica.ReplicaStatus;
import io.kintsugi.datanode.replica.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongPredicate;

/**
 * The master, reduced to its register of one partition's configuration: grants by compare-and-set on the epoch, elects, replaces what
 * is lost, and drives moves, by what replicas reported.
 */
final class SimMaster {
    private record Seen(long at, ReplicaStatus status) {}

    private final World world;
    private final List<Seen> seen = new ArrayList<>();
    private final List<Config> history = new ArrayList<>();
    Config config;
    /** A move's source whose replica is to be deleted, and the epoch of the swap. */
    private long deleting;

    private long swapped;
    private boolean moving;
    long moves;

    SimMaster(World world) {
        this.world = world;
    }

    long epoch() {
        return config.epoch();
    }

    /** The configuration of an epoch. */
    Config history(int epoch) {
        return history.get(epoch - 1);
    }

    void begin(Config first) {
        config = first;
        history.add(first);
        world.at(10 * Plan.MS, Kind.MASTER, this::tick);
    }

    // ------------------------------------------------------------------ what comes in
    void report(long id, ReplicaStatus status) {
        while (seen.size() <= id) {
            seen.add(null);
        }
        seen.set((int) id, new Seen(world.now, status));
        if (status.epoch() < epoch()) {
            world.network.configure(id, config);
        }
        if (id == config.primary() && status.role() == Role.NONE && status.epoch() == epoch()) {
            decide();
        }
    }

    /** At most one successor to an epoch, to that epoch's primary. */
    void proposed(Proposal proposal) {
        boolean builds =
                proposal.epoch() == epoch() && proposal.replica() == config.primary() || world.bug == Bug.NO_CAS;
        boolean known = proposal.inSync().contains(config.primary())
                && proposal.inSync().stream().allMatch(config::names);
        boolean busy = !world.healed && world.random.nextInt(8) == 0;
        if (!builds || !known || busy) {
            world.network.configure(proposal.replica(), config);
            return;
        }
        boolean alone = proposal.inSync().size() == 1 && config.inSync().size() > 2;
        if (alone && world.random.nextBoolean()) {
            long other = choose(id -> id != config.primary() && alive(id));
            if (other != 0) {
                change(without(config.inSync(), config.primary()), other, "the lonely proposer is replaced");
                return;
            }
        }
        change(proposal.inSync(), config.primary(), "granted");
    }

    // ------------------------------------------------------------------ what it does by itself
    private void tick() {
        decide();
        world.at(world.random.nextLong(20 * Plan.MS) + 5 * Plan.MS, Kind.MASTER, this::tick);
    }

    private boolean alive(long id) {
        return id < seen.size()
                && seen.get((int) id) != null
                && world.now - seen.get((int) id).at <= world.plan.deadAfter;
    }

    /** Reported dead, or its disk reported lost. */
    private boolean lost(long id) {
        return world.replicas.get((int) id).gone;
    }

    private boolean withoutRole(long id) {
        Seen last = id < seen.size() ? seen.get((int) id) : null;
        return last != null
                && last.status.epoch() == epoch()
                && last.status.role() == Role.NONE
                && world.bug != Bug.NO_REELECT;
    }

    private void decide() {
        long primary = config.primary();
        boolean unasked = !world.healed && world.random.nextDouble() < world.plan.eager;
        if (lost(primary) || !alive(primary) && world.now > 5 * world.plan.deadAfter) {
            long next = choose(id -> id != primary && alive(id) && !lost(id));
            if (next != 0) {
                change(without(config.inSync(), primary), next, "the dead primary is replaced");
            }
        } else if (withoutRole(primary)) {
            long next = choose(id -> alive(id) && !lost(id));
            change(config.inSync(), next == 0 ? primary : next, "the primary had no role");
        } else if (unasked && world.random.nextInt(4) == 0) {
            handOver(primary);
        } else if (moving || deleting != 0) {
            move(primary);
        } else {
            repair(primary);
        }
    }

    /** Elects at any time, the old primary alive or not, with it in the set or without. */
    private void handOver(long primary) {
        boolean any = world.bug == Bug.ELECT_ANY;
        long next = any
                ? config.members()
                        .get(world.random.nextInt(config.members().size()))
                        .replica()
                : choose(id -> !lost(id));
        if (next == 0 || lost(next)) {
            return;
        }
        List<Long> inSync = new ArrayList<>(config.inSync());
        if (!inSync.contains(next)) {
            inSync.add(next);
        }
        boolean dropMany = world.random.nextInt(3) == 0;
        inSync.removeIf(id -> id != next && world.random.nextBoolean() && (dropMany || id == primary));
        change(inSync, next, "elected");
    }

    private long choose(LongPredicate which) {
        List<Long> able = config.inSync().stream().filter(which::test).toList();
        return able.isEmpty() ? 0 : able.get(world.random.nextInt(able.size()));
    }

    private static List<Long> without(List<Long> inSync, long id) {
        return inSync.stream().filter(each -> each != id).toList();
    }

    private void repair(long primary) {
        for (long id : config.inSync()) {
            if (id != primary && lost(id)) {
                change(without(config.inSync(), id), primary, "a lost replica is out of in-sync");
                return;
            }
        }
        for (Member member : config.members()) {
            if (member.replica() != primary && lost(member.replica())) {
                List<Member> members = new ArrayList<>(config.members());
                members.remove(member);
                SimReplica replacement = world.newReplica();
                members.add(replacement.member);
                change(members, null, 0, config.inSync(), primary, "a lost replica is replaced");
                replacement.create(config);
                return;
            }
        }
        if (world.plan.moves && !world.healed && world.random.nextInt(10) == 0) {
            SimReplica destination = world.newReplica();
            Member source =
                    config.members().get(world.random.nextInt(config.members().size()));
            moving = true;
            change(config.members(), destination.member, source.replica(), config.inSync(), primary, "a move begins");
            destination.create(config);
        }
    }

    /** Adds before it removes (section 4): grown in, handed over if the source is primary, swapped, deleted once that is known. */
    private void move(long primary) {
        if (deleting != 0) {
            deleteSource(primary);
            return;
        }
        Member joining = config.joining();
        long source = config.leaving();
        if (lost(joining.replica())) {
            moving = false;
            change(
                    config.members(),
                    null,
                    0,
                    without(config.inSync(), joining.replica()),
                    primary,
                    "the move is cancelled");
            return;
        }
        if (world.bug == Bug.DELETE_EARLY && config.isInSync(joining.replica()) && primary != source) {
            delete(source);
        }
        boolean ready = config.isInSync(joining.replica()) || world.bug == Bug.SWAP_EARLY;
        if (ready && primary == source) {
            long next = choose(id -> id != source && alive(id));
            if (next != 0) {
                change(config.inSync(), next, "handed over for a move");
            }
            return;
        }
        if (ready) {
            int before = config.inSync().size() - (config.isInSync(joining.replica()) ? 1 : 0);
            List<Member> members = new ArrayList<>(config.members());
            members.removeIf(member -> member.replica() == source);
            members.add(joining);
            List<Long> inSync = without(config.inSync(), source);
            if (inSync.size() < before) {
                throw new LawBroken("law 2: the swap leaves " + inSync.size() + " in-sync replicas of " + before);
            }
            change(members, null, 0, inSync, primary, "swapped");
            deleting = source;
            swapped = epoch();
            moving = false;
            moves++;
        }
    }

    private void deleteSource(long primary) {
        Seen last = primary < seen.size() ? seen.get((int) primary) : null;
        if (last != null && last.status.role() == Role.PRIMARY && last.status.epoch() >= swapped) {
            delete(deleting);
            deleting = 0;
        }
    }

    private void delete(long id) {
        if (config.isInSync(id)) {
            throw new LawBroken("law 2: in-sync replica " + id + " is deleted");
        }
        SimReplica replica = world.replicas.get((int) id);
        replica.wipe();
        replica.gone = true;
    }

    // ------------------------------------------------------------------ every change is a new epoch
    private void change(List<Long> inSync, long primary, String why) {
        change(config.members(), config.joining(), config.leaving(), inSync, primary, why);
    }

    private void change(
            List<Member> members, Member joining, long leaving, List<Long> inSync, long primary, String why) {
        Config before = config;
        config = new Config(
                before.partition(),
                0,
                before.table(),
                before.epoch() + 1,
                members,
                joining,
                leaving,
                inSync,
                primary,
                1);
        history.add(config);
        world.trace(() -> "master: " + why + ": " + World.show(config));
        for (Member member : config.everyone()) {
            world.network.configure(member.replica(), config);
        }
        for (Member member : before.everyone()) {
            if (!config.names(member.replica())) {
                world.network.configure(member.replica(), config);
            }
        }
    }

    /** Healthy: everybody who should be is in-sync, and nothing is under way. */
    boolean settled() {
        return !moving
                && deleting == 0
                && config.inSync().size() == config.members().size()
                && config.inSync().stream().noneMatch(this::lost);
    }

    /** Every disk that was in-sync is destroyed: the one case in which data may be lost. */
    boolean hopeless() {
        return config.inSync().stream().allMatch(this::lost);
    }
}
