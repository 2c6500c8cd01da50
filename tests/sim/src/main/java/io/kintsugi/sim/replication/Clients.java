package io.kintsugi.sim.replication;

import io.kintsugi.datanode.replica.Config;
import io.kintsugi.datanode.replica.Entry;
import io.kintsugi.datanode.replica.ReadOutcome;
import io.kintsugi.datanode.replica.WriteOutcome;
import io.kintsugi.datanode.replica.WriteRequest;
import java.util.ArrayList;
import java.util.List;

/** Clients with one operation open each; a write is tried again, anywhere, with the same sequence until it is acknowledged. */
final class Clients {
    private static final byte[] KEY = {1};

    private static final class Client {
        final int id;
        long sequence;
        int operation;
        boolean writing;
        boolean open;

        Client(int id) {
            this.id = id;
        }
    }

    /** One try of an operation. {@code needed}: how much was acknowledged when it was sent. */
    private record Try(Client client, int operation, long sequence, int needed) {}

    private final World world;
    private final List<Client> clients = new ArrayList<>();
    private final List<Try> tries = new ArrayList<>();
    long writesDone;
    long readsDone;

    Clients(World world) {
        this.world = world;
        for (int i = 0; i < 3; i++) {
            Client client = new Client(i);
            clients.add(client);
            world.at(world.random.nextLong(world.plan.opEvery) + 1, Kind.CLIENT, () -> begin(client));
        }
    }

    private void begin(Client client) {
        client.open = true;
        client.operation++;
        client.writing = world.random.nextInt(5) < 3;
        if (client.writing) {
            client.sequence++;
        }
        attempt(client, client.operation);
    }

    private void attempt(Client client, int operation) {
        if (!client.open || client.operation != operation) {
            return;
        }
        long token = tries.size();
        tries.add(new Try(client, operation, client.sequence, world.laws.committed.size()));
        SimReplica target = target();
        boolean writing = client.writing;
        world.at(world.delay(), Kind.CLIENT, () -> {
            if (writing) {
                target.write(
                        new WriteRequest(Entry.Op.PUT, KEY, null, client.id, tries.get((int) token).sequence, 0),
                        token);
            } else {
                target.read(token);
            }
        });
        world.at(30 * Plan.MS + world.random.nextLong(30 * Plan.MS), Kind.CLIENT, () -> attempt(client, operation));
    }

    /** Mostly who the master says is primary, often anybody who thinks so, which finds deposed ones. */
    private SimReplica target() {
        Config config = world.master.config;
        if (!world.healed && world.random.nextInt(2) == 0) {
            List<SimReplica> believers = new ArrayList<>();
            for (SimReplica replica : world.replicas) {
                if (replica != null && replica.isPrimary()) {
                    believers.add(replica);
                }
            }
            if (!believers.isEmpty()) {
                return believers.get(world.random.nextInt(believers.size()));
            }
        }
        return world.replicas.get((int) config.primary());
    }

    void wrote(long token, WriteOutcome outcome) {
        Try tried = tries.get((int) token);
        if (outcome == WriteOutcome.OK) {
            world.laws.acknowledged(tried.client.id, tried.sequence);
            writesDone++;
            done(tried);
        }
    }

    void read(SimReplica replica, long token, ReadOutcome outcome) {
        Try tried = tries.get((int) token);
        if (outcome == ReadOutcome.GRANTED) {
            world.laws.read(replica, tried.needed);
            readsDone++;
            done(tried);
        }
    }

    private void done(Try tried) {
        Client client = tried.client;
        if (client.open && client.operation == tried.operation) {
            world.at(world.random.nextLong(2 * Plan.MS) + 1, Kind.REPLY, () -> {
                if (client.open && client.operation == tried.operation) {
                    client.open = false;
                    // unhurried in the end, so that whoever is behind can catch up by the smallest window
                    long pause = world.healed ? 400 * Plan.MS : world.plan.opEvery;
                    world.at(world.random.nextLong(pause) + 1, Kind.CLIENT, () -> begin(client));
                }
            });
        }
    }
}
