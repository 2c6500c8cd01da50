package io.kintsugi.master.event;

import io.kintsugi.master.model.Cluster;
import io.kintsugi.master.model.ClusterView;
import io.kintsugi.master.model.Disk;
import io.kintsugi.master.model.Node;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.model.Setting;
import io.kintsugi.master.model.Table;
import io.kintsugi.master.model.TableState;
import io.kintsugi.master.state.LogPosition;
import io.kintsugi.master.view.ViewDiff;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** What happened between two states, of which an entry of the log led from one to the other. Of a partition, only who is its primary. */
final class Happened {
    /** More than that in one entry aren't told. */
    private static final int IDS = 1 << 16;

    private final ClusterView old;
    private final ClusterView now;
    private final LogPosition at;
    private final List<Event> events = new ArrayList<>();

    private Happened(ClusterView old, ClusterView now, LogPosition at) {
        this.old = old;
        this.now = now;
        this.at = at;
    }

    static List<Event> between(ClusterView old, ClusterView now, LogPosition at) {
        Happened happened = new Happened(old, now, at);
        ViewDiff diff = ViewDiff.between(old, now);
        happened.cluster();
        diff.nodes().forEach(c -> happened.node(c.old(), c.now()));
        diff.disks().forEach(c -> happened.disk(c.old(), c.now()));
        diff.tables().forEach(c -> happened.table(c.old(), c.now()));
        diff.ops().forEach(c -> happened.op(c.old(), c.now()));
        diff.partitions().forEach(c -> happened.partition(c.old(), c.now()));
        if (diff.settings()) {
            happened.settings();
        }
        return happened.events;
    }

    private void add(String kind, String code, String subject, String message, long op) {
        if (events.size() < IDS) {
            long time = now.cluster().map(Cluster::time).orElse(0L);
            events.add(new Event(at.index() * IDS + events.size(), time, kind, code, subject, message, op));
        }
    }

    private void cluster() {
        if (old.cluster().isEmpty() && now.cluster().isPresent()) {
            add("cluster", "CLUSTER_CREATED", now.cluster().get().id(), "", 0);
        }
        if (old.cluster().isPresent() && now.cluster().isPresent()) {
            Cluster before = old.cluster().get();
            Cluster after = now.cluster().get();
            if (before.brake().engaged() != after.brake().engaged()) {
                boolean engaged = after.brake().engaged();
                String why =
                        engaged ? after.brake().reason() + ": " + after.brake().message() : "";
                add("cluster", engaged ? "BRAKE_ENGAGED" : "BRAKE_RELEASED", after.id(), why, 0);
            }
        }
    }

    private void node(Node before, Node after) {
        if (before == null) {
            add("node", "NODE_REGISTERED", after.name(), after.address(), 0);
        } else if (after == null) {
            add("node", "NODE_REMOVED", before.name(), "", 0);
        } else {
            if (!before.address().equals(after.address())) {
                add("node", "NODE_MOVED", after.name(), before.address() + " -> " + after.address(), 0);
            }
            if (before.drain() != after.drain()) {
                add("node", "NODE_DRAIN_" + after.drain(), after.name(), "", after.drainOp());
            }
        }
    }

    private void disk(Disk before, Disk after) {
        if (before == null) {
            add("disk", "DISK_ADDED", name(after), "", 0);
        } else if (after == null) {
            add("disk", "DISK_FORGOTTEN", name(before), "", 0);
        } else {
            if (before.status() != after.status()) {
                add("disk", "DISK_" + after.status(), name(after), after.error(), 0);
            }
            if (before.drain() != after.drain()) {
                add("disk", "DISK_DRAIN_" + after.drain(), name(after), "", after.drainOp());
            }
        }
    }

    private void table(Table before, Table after) {
        if (before == null) {
            add("table", "TABLE_CREATED", after.name(), after.partitions() + " partitions of " + after.replicas(), 0);
        } else if (after == null) {
            add("table", "TABLE_PURGED", before.name(), "", 0);
        } else if (before.state() != after.state()) {
            add("table", after.state() == TableState.DROPPED ? "TABLE_DROPPED" : "TABLE_RESTORED", after.name(), "", 0);
        } else {
            add(
                    "table",
                    "TABLE_CHANGED",
                    after.name(),
                    "min-in-sync " + after.minInSync() + ", ttl " + after.ttlMs() + " ms",
                    0);
        }
    }

    /** One that is forgotten ended long ago. */
    private void op(Op before, Op after) {
        if (after == null) {
            return;
        }
        String kind = after.kind().name();
        if (before == null) {
            add("op", "OP_CREATED", after.target(), kind + ", asked for by " + after.requestedBy(), after.id());
        }
        if (before == null ? after.holdsToken() : before.status() != after.status()) {
            String why = after.reason().isEmpty() ? "" : ": " + after.reason() + ": " + after.message();
            add("op", "OP_" + after.status(), after.target(), kind + why, after.id());
        }
    }

    private void partition(Partition before, Partition after) {
        if (before != null && after != null && before.primary() != after.primary()) {
            String message = place(old, before, before.primary()) + " -> " + place(now, after, after.primary())
                    + ", epoch " + after.epoch() + ", " + after.inSync().size() + " of " + after.target() + " in-sync";
            add("partition", after.primary() == 0 ? "PRIMARY_NONE" : "PRIMARY_CHANGED", name(after), message, 0);
        } else if (before != null && after != null && saidAnew(before, after)) {
            String message = "the same configuration again, for all to hear: epoch " + before.epoch() + " -> "
                    + after.epoch() + ", " + place(now, after, after.primary()) + " is primary";
            add("partition", "EPOCH_RAISED", name(after), message, 0);
        }
    }

    /** As after a primary's restart, or when a replica had stored other peers. */
    private static boolean saidAnew(Partition before, Partition after) {
        return before.epoch() < after.epoch()
                && before.all().equals(after.all())
                && before.inSync().equals(after.inSync())
                && before.leaving() == after.leaving();
    }

    private void settings() {
        for (Setting setting : Setting.values()) {
            String before = old.settings().text(setting);
            String after = now.settings().text(setting);
            if (!Objects.equals(before, after)) {
                add("setting", "SETTING_CHANGED", setting.key(), before + " -> " + after, 0);
            }
        }
    }

    private String name(Disk d) {
        return nodeName(now.node(d.node()).isPresent() ? now : old, d.node()) + ":" + d.path();
    }

    private static String nodeName(ClusterView in, int node) {
        return in.node(node).map(Node::name).orElse("node " + node);
    }

    private String name(Partition p) {
        return now.table(p.table()).map(Table::name).orElse("table " + p.table()) + "." + p.index();
    }

    private static String place(ClusterView in, Partition p, long replica) {
        return p.member(replica)
                .flatMap(m -> in.disk(m.disk()))
                .map(d -> nodeName(in, d.node()) + ":" + d.path())
                .orElse("none");
    }
}
