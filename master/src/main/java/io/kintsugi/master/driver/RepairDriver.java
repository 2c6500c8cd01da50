package io.kintsugi.master.driver;

import io.kintsugi.master.command.Command;
import io.kintsugi.master.model.Disk;
import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Node;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.model.RepairMode;
import io.kintsugi.master.plan.Reason;
import io.kintsugi.master.plan.repair.Gate;
import io.kintsugi.master.plan.repair.LostMember;
import io.kintsugi.master.plan.repair.Repair;
import io.kintsugi.master.plan.repair.Rules;
import io.kintsugi.master.view.View;
import io.kintsugi.proto.NodeDown;
import io.kintsugi.proto.VerifyTask;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does what the rules of {@code plan.repair} find due, as far as mode, limit and brake let it. Looks at partitions that something happened to,
 * and at those on datanodes and disks whose time is over; what is due and can't be begun waits in a queue, of which a part is looked at each
 * second. In {@code observe} it says once what it would do.
 */
final class RepairDriver implements Driver {
    private static final Logger LOG = LoggerFactory.getLogger(RepairDriver.class);
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(60);
    /** Who was mended for so long is mended the next time at once. */
    private static final Duration FORGET = Duration.ofMinutes(10);
    /** How many that wait are looked at at once. */
    private static final int BATCH = 256;

    /** How often something was begun for a partition of late. */
    private record Tried(int times, long last) {
        long pause() {
            return Math.min(LONGEST_PAUSE.toNanos(), LOOK_AGAIN.toNanos() << Math.min(times - 1, 6));
        }
    }

    private final Proposals proposals;
    private final Tasks tasks;
    /** What waits, in its order, and when it may be looked at again. */
    private final Map<Integer, Long> waiting = new LinkedHashMap<>();

    private final Map<Integer, Tried> tried = new HashMap<>();
    /** By partition, what was said last: once is enough. */
    private final Map<Integer, String> said = new HashMap<>();

    RepairDriver(Proposals proposals, Tasks tasks) {
        this.proposals = proposals;
        this.tasks = tasks;
    }

    @Override
    public void step(View view, Dirty dirty) {
        if (!view.reports().judging()) {
            return; // all is dirty when judging begins
        }
        timesOver(view, dirty);
        for (int id : List.copyOf(dirty.partitions)) {
            look(view, id);
        }
        if (dirty.settings || dirty.repair || !dirty.ops.isEmpty()) {
            lookAtWaiting(view, dirty.settings);
        }
        if (!waiting.isEmpty() && RepairMode.of(view.cluster().settings()) == RepairMode.ON) {
            proposals.wakeAt(view.nowNanos() + LOOK_AGAIN.toNanos(), Subject.REPAIR);
        }
    }

    /** Members on what has been away for long enough, and a timer for what has not. */
    private void timesOver(View view, Dirty dirty) {
        Collection<Integer> nodes =
                dirty.settings ? view.cluster().nodes().stream().map(Node::id).toList() : dirty.nodes;
        for (int node : nodes) {
            OptionalLong left = LostMember.nodeMillisLeft(view, node);
            if (left.isPresent() && over(view, left.getAsLong(), Subject.node(node))) {
                view.cluster()
                        .disksOfNode(node)
                        .forEach(d -> dirty.partitions.addAll(view.cluster().partitionsOnDisk(d.id())));
            }
        }
        Collection<Integer> disks =
                dirty.settings ? view.cluster().disks().stream().map(Disk::id).toList() : dirty.disks;
        for (int disk : disks) {
            OptionalLong left = LostMember.diskMillisLeft(view, disk);
            if (left.isPresent() && over(view, left.getAsLong(), Subject.disk(disk))) {
                dirty.partitions.addAll(view.cluster().partitionsOnDisk(disk));
            }
        }
    }

    private boolean over(View view, long millisLeft, Subject subject) {
        if (millisLeft > 0) {
            proposals.wakeAt(view.nowNanos() + Duration.ofMillis(millisLeft).toNanos(), subject);
        }
        return millisLeft <= 0;
    }

    private void lookAtWaiting(View view, boolean all) {
        long now = view.nowNanos();
        tried.values().removeIf(t -> now - t.last() > FORGET.toNanos());
        List<Integer> next = waiting.entrySet().stream()
                .filter(e -> all || e.getValue() - now <= 0)
                .map(Map.Entry::getKey)
                .limit(all ? Long.MAX_VALUE : BATCH)
                .toList();
        for (int id : next) {
            waiting.remove(id); // whoever can't begin goes to the end
            look(view, id);
        }
    }

    private void look(View view, int id) {
        Partition p = view.cluster().partition(id).orElse(null);
        Optional<Repair> due = p == null ? Optional.empty() : Rules.first(view, p);
        if (due.isEmpty()) {
            waiting.remove(id);
            said.remove(id);
        } else if (due.get().alarm()) {
            waiting.remove(id);
            say(
                    id,
                    due.get(),
                    () -> LOG.error(
                            "{}: {}; {}",
                            due.get().reason(),
                            due.get().message(),
                            due.get().action()));
        } else if (!proposals.busy(Subject.partition(id))) {
            mend(view, p, due.get());
        }
    }

    private void mend(View view, Partition p, Repair repair) {
        long now = view.nowNanos();
        Tried before = tried.get(p.id());
        if (before != null && before.last() + before.pause() - now > 0) {
            waiting.put(p.id(), before.last() + before.pause());
            return;
        }
        Optional<Reason> no = Gate.holds(view, p, repair, pending());
        if (no.isPresent()) {
            waiting.putIfAbsent(p.id(), now + LOOK_AGAIN.toNanos());
            if (RepairMode.of(view.cluster().settings()) == RepairMode.OBSERVE) {
                say(
                        p.id(),
                        repair,
                        () -> LOG.info(
                                "observed only: {}: {}; with AutoDpMetaRepairMode=on {}",
                                repair.rule(),
                                repair.message(),
                                repair.action()));
            }
            return;
        }
        waiting.remove(p.id());
        if (repair.aside() != null) {
            setAside(p, repair);
            tried.put(p.id(), new Tried(before == null ? 1 : before.times() + 1, now));
            waiting.put(p.id(), now + LOOK_AGAIN.toNanos());
        } else if (proposals.propose(Subject.partition(p.id()), repair.command())) {
            tried.put(p.id(), new Tried(before == null ? 1 : before.times() + 1, now));
            LOG.info("{}: {}; {}", repair.rule(), repair.message(), repair.action());
        }
    }

    /** The datanode closes it and reports it as corrupt. */
    private void setAside(Partition p, Repair repair) {
        Member odd = repair.aside().member();
        LOG.error("{}: {}; {}", repair.reason(), repair.message(), repair.action());
        tasks.send(
                odd.node(),
                NodeDown.newBuilder()
                        .setVerify(VerifyTask.newBuilder()
                                .setPartition(p.id())
                                .setReplica(odd.replica())
                                .setSetAside(repair.message())
                                .setIndex(repair.aside().index())));
    }

    private int pending() {
        return (int) proposals.outstanding().stream()
                .filter(Command.RepairReplica.class::isInstance)
                .count();
    }

    private void say(int partition, Repair what, Runnable log) {
        if (!what.message().equals(said.put(partition, what.message()))) {
            log.run();
        }
    }
}
