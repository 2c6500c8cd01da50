package io.kintsugi.sim.replication;

import java.util.ArrayList;
import java.util.List;

/** What goes wrong, and when; ends with everything healed. */
final class Chaos {
    private final World world;

    Chaos(World world) {
        this.world = world;
        next();
        world.at(world.plan.chaosEnds, Kind.HEAL, this::heal);
    }

    private void next() {
        world.at(world.random.nextLong(2 * world.plan.faultEvery) + 1, Kind.MASTER, () -> {
            if (!world.healed) {
                strike(pick());
                next();
            }
        });
    }

    private SimReplica pick() {
        List<SimReplica> able = new ArrayList<>();
        for (SimReplica replica : world.replicas) {
            if (replica != null && replica.up) {
                able.add(replica);
            }
        }
        SimReplica primary = world.replicas.get((int) world.master.config.primary());
        boolean thePrimary = primary.up && world.random.nextInt(3) == 0;
        return able.isEmpty() ? null : thePrimary ? primary : able.get(world.random.nextInt(able.size()));
    }

    private void strike(SimReplica replica) {
        if (replica == null) {
            return;
        }
        long lasts = world.random.nextLong(world.random.nextBoolean() ? 20 * Plan.MS : 300 * Plan.MS) + 1;
        int gentle = world.plan.reads && world.random.nextInt(3) > 0 ? 3 : 0;
        switch (gentle + world.random.nextInt((world.plan.wipes ? 9 : 8) - gentle)) {
            case 0, 1, 2 -> crash(replica, lasts);
            case 3, 4 -> {
                world.trace(() -> "chaos: replica " + replica.id + " pauses for " + lasts / Plan.MS + " ms");
                world.count(Kind.PAUSE);
                replica.pausedUntil = Math.max(replica.pausedUntil, world.now + lasts);
            }
            case 5 -> isolate(replica, lasts);
            case 6, 7 -> split(lasts);
            default -> wipe(replica, lasts);
        }
    }

    private void crash(SimReplica replica, long lasts) {
        world.trace(() -> "chaos: replica " + replica.id + " crashes");
        world.count(Kind.CRASH);
        replica.crash();
        world.at(lasts, Kind.RESTART, () -> {
            world.trace(() -> "chaos: replica " + replica.id + " restarts");
            replica.restart();
        });
    }

    /** Cut off from the master, from the others, or from some of them; both ways or one. */
    private void isolate(SimReplica replica, long lasts) {
        boolean in = world.random.nextInt(4) > 0;
        boolean out = !in || world.random.nextInt(4) > 0;
        int whom = world.random.nextInt(4);
        world.trace(() -> "chaos: replica " + replica.id + " is cut off (" + whom + (in ? " in" : "")
                + (out ? " out" : "") + ")");
        for (int other = 0; other < world.replicas.size(); other++) {
            boolean master = other == 0;
            boolean hit =
                    whom == 0 || whom == 1 && master || whom == 2 && !master || whom == 3 && world.random.nextBoolean();
            if (hit && in) {
                world.network.cut(other, replica.id, lasts);
            }
            if (hit && out) {
                world.network.cut(replica.id, other, lasts);
            }
        }
    }

    /** Some replicas, mostly the primary among them, no longer hear of the master; perhaps not of the others either. */
    private void split(long lasts) {
        int side =
                world.random.nextInt() | (world.random.nextInt(3) > 0 ? 1 << (int) world.master.config.primary() : 0);
        int links = world.random.nextInt(3);
        world.trace(() -> "chaos: split, away from the master: " + Integer.toBinaryString(side) + ", links " + links);
        for (int a = 1; a < world.replicas.size(); a++) {
            boolean away = (side >> a & 1) != 0;
            if (away) {
                world.network.cut(0, a, 3 * lasts);
                world.network.cut(a, 0, 3 * lasts);
            }
            for (int b = 1; b < world.replicas.size(); b++) {
                boolean apart = away != ((side >> b & 1) != 0);
                if (apart && links == 0 || apart && links == 1 && world.random.nextBoolean()) {
                    world.network.cut(a, b, lasts);
                }
            }
        }
    }

    /** Never the last in-sync disk: then data may be lost. */
    private void wipe(SimReplica replica, long lasts) {
        List<Long> inSync = world.master.config.inSync();
        boolean others = inSync.stream().anyMatch(id -> id != replica.id && !world.replicas.get((int) (long) id).gone);
        if (others) {
            world.trace(() -> "chaos: the disk of replica " + replica.id + " is lost");
            world.count(Kind.WIPE);
            replica.wipe();
            world.at(lasts, Kind.RESTART, replica::restart);
        }
    }

    private void heal() {
        world.trace(() -> "chaos: over");
        world.healed = true;
        world.network.heal();
        for (SimReplica replica : world.replicas) {
            if (replica != null) {
                replica.restart();
            }
        }
    }
}
