package io.kintsugi.sim.replication;

import io.kintsugi.datanode.replica.Config;
import io.kintsugi.datanode.replica.Member;
import io.kintsugi.datanode.replica.Message;
import io.kintsugi.datanode.replica.TableDefinition;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/** One run: virtual time, the queue of events, and everybody who takes part. */
final class World {
    private static final long HEAL_BOUND = 20_000 * Plan.MS;
    private static final int MAX_EVENTS = 200_000;
    private static final int TRACE = 50;

    private record Event(long at, long number, Kind kind, Runnable action) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            int byTime = Long.compare(at, other.at);
            return byTime != 0 ? byTime : Long.compare(number, other.number);
        }
    }

    final SplittableRandom random;
    final Bug bug;
    final Plan plan;
    final Laws laws = new Laws();
    final Network network = new Network(this);
    final SimMaster master = new SimMaster(this);
    final Clients clients;
    /** By id; ids begin at 1, number 0 is the master. */
    final List<SimReplica> replicas = new ArrayList<>();

    final long[] counts = new long[Kind.values().length];
    private final PriorityQueue<Event> queue = new PriorityQueue<>(256);
    private final Deque<String> trace;
    private long numbers;
    long now;
    boolean healed;

    World(long seed, Bug bug, boolean traced) {
        this.random = new SplittableRandom(seed);
        this.bug = bug;
        this.plan = new Plan(random);
        this.trace = traced ? new ArrayDeque<>() : null;
        replicas.add(null);
        List<Member> members = new ArrayList<>();
        List<Long> inSync = new ArrayList<>();
        for (int i = 0; i < plan.replicas; i++) {
            SimReplica replica = newReplica();
            members.add(replica.member);
            inSync.add(replica.id);
        }
        TableDefinition table = new TableDefinition(1, "t", 1, plan.replicas, plan.minInSync, "crc32c", false, 0);
        Config first = new Config(1, 0, table, 1, members, null, 0, inSync, 1, 1);
        master.begin(first);
        for (SimReplica replica : replicas) {
            if (replica != null) {
                replica.create(first);
            }
        }
        clients = new Clients(this);
        new Chaos(this);
    }

    SimReplica newReplica() {
        SimReplica replica = new SimReplica(this, replicas.size());
        replicas.add(replica);
        return replica;
    }

    /** Runs to the end: chaos, then until everything is well again. Throws {@link LawBroken}. Returns false if no good disk was left. */
    boolean run() {
        long writes = -1;
        long reads = -1;
        for (int events = 0; ; events++) {
            Event event = queue.poll();
            now = event.at;
            counts[event.kind.ordinal()]++;
            event.action.run();
            if (master.hopeless()) {
                return false;
            }
            laws.inSync(master.config, replicas);
            if (healed && writes < 0) {
                writes = clients.writesDone;
                reads = clients.readsDone;
            }
            if (healed && clients.writesDone > writes + 3 && clients.readsDone > reads && healthy()) {
                return true;
            }
            if (events > MAX_EVENTS || now > plan.chaosEnds + HEAL_BOUND) {
                throw new LawBroken("L: faults are over since " + (now - plan.chaosEnds) / Plan.MS + " ms (" + events
                        + " events) and the partition is not whole: " + show(master.config) + ", writes since "
                        + (clients.writesDone - writes) + ", reads since " + (clients.readsDone - reads));
            }
        }
    }

    private boolean healthy() {
        return master.settled() && replicas.get((int) master.config.primary()).isPrimary();
    }

    void at(long delay, Kind kind, Runnable action) {
        queue.add(new Event(now + delay, numbers++, kind, action));
    }

    void count(Kind kind) {
        counts[kind.ordinal()]++;
    }

    /** Between two machines nearby, when nothing is wrong. */
    long delay() {
        return 100_000 + random.nextLong(Plan.MS);
    }

    void trace(Supplier<String> what) {
        if (trace != null) {
            if (trace.size() == TRACE) {
                trace.poll();
            }
            trace.add(String.format("%11.3f ms  %s", now / 1e6, what.get()));
        }
    }

    List<String> lastEvents() {
        return trace == null ? List.of() : List.copyOf(trace);
    }

    static String show(Message message) {
        if (message instanceof Message.Append append) {
            StringBuilder entries = new StringBuilder();
            append.entries().forEach(e -> entries.append(" (")
                    .append(e.epoch())
                    .append(',')
                    .append(e.index())
                    .append(')'));
            return "Append epoch " + append.epoch() + " after (" + append.prevEpoch() + "," + append.prevIndex() + "):"
                    + entries + " commit " + append.commitIndex()
                    + (append.config() == null ? "" : " with its configuration");
        }
        if (message instanceof Message.Reject reject && reject.config() != null) {
            return "Fenced by epoch " + reject.epoch();
        }
        return message.toString();
    }

    static String show(Config config) {
        StringBuilder members = new StringBuilder();
        config.everyone()
                .forEach(member -> members.append(members.isEmpty() ? "" : ",").append(member.replica()));
        return "epoch " + config.epoch() + ", primary " + config.primary() + ", in-sync " + config.inSync()
                + ", members " + members;
    }
}
