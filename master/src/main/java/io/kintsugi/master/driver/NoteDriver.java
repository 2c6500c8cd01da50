package io.kintsugi.master.driver;

import io.kintsugi.master.model.ClusterView;
import io.kintsugi.master.model.Disk;
import io.kintsugi.master.model.DrainState;
import io.kintsugi.master.model.Ids;
import io.kintsugi.master.model.Node;
import io.kintsugi.master.model.Nodeset;
import io.kintsugi.master.view.View;
import io.kintsugi.proto.ClusterNote;
import io.kintsugi.proto.DiskNote;
import io.kintsugi.proto.GivenIds;
import io.kintsugi.proto.NodeDown;
import io.kintsugi.proto.NodeNote;
import io.kintsugi.proto.NodesetNote;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * Gives datanodes to keep what no replica's manifest holds, so that the metadata can be rebuilt from datanodes alone: themselves and their disks as
 * the masters have them, settings, and how far ids have been given out.
 */
final class NoteDriver implements Driver {
    /** Ids are told in steps: not with every op, and a step ahead. */
    private static final int STEP = 4_096;

    private final Tasks tasks;
    /** What datanodes that are reachable were given last. */
    private final Map<Integer, ClusterNote> given = new HashMap<>();

    private long revision = -1;
    private Ids ceiling = Ids.NONE;

    NoteDriver(Tasks tasks) {
        this.tasks = tasks;
    }

    @Override
    public void step(View view, Dirty dirty) {
        ClusterView cluster = view.cluster();
        Ids now = ceiling(cluster.given());
        boolean all = !now.equals(ceiling) || cluster.settingsRevision() != revision;
        ceiling = now;
        revision = cluster.settingsRevision();
        Set<Integer> nodes = new LinkedHashSet<>(dirty.nodes);
        dirty.disks.forEach(id -> cluster.disk(id).ifPresent(d -> nodes.add(d.node())));
        if (all) {
            cluster.nodes().forEach(n -> nodes.add(n.id()));
        }
        nodes.forEach(id -> cluster.node(id).ifPresent(n -> tell(cluster, n)));
    }

    private void tell(ClusterView cluster, Node node) {
        if (!tasks.reachable(node.id())) {
            given.remove(node.id()); // whether it arrived isn't known
            return;
        }
        ClusterNote note = note(cluster, node);
        if (!note.equals(given.put(node.id(), note))) {
            tasks.send(node.id(), NodeDown.newBuilder().setNote(note));
        }
    }

    private ClusterNote note(ClusterView cluster, Node n) {
        ClusterNote.Builder note = ClusterNote.newBuilder()
                .setNode(NodeNote.newBuilder()
                        .setId(n.id())
                        .setName(n.name())
                        .setZone(n.zone())
                        .setRegisteredAtMs(n.registeredAt())
                        .setDraining(n.drain() == DrainState.DRAINING)
                        .setDrained(n.drain() == DrainState.DRAINED))
                .setSettingsRevision(revision)
                .putAllSettings(cluster.settings().explicit())
                .setGiven(wire(ceiling));
        cluster.nodeset(n.nodeset()).ifPresent(s -> note.setNodeset(nodeset(s)));
        for (Disk d : cluster.disksOfNode(n.id())) {
            if (d.present()) {
                note.addDisks(DiskNote.newBuilder()
                        .setId(d.id())
                        .setUuid(d.uuid())
                        .setPath(d.path())
                        .setDraining(d.drain() == DrainState.DRAINING)
                        .setDrained(d.drain() == DrainState.DRAINED));
            }
        }
        return note.build();
    }

    private static NodesetNote nodeset(Nodeset s) {
        return NodesetNote.newBuilder()
                .setId(s.id())
                .setName(s.name())
                .setZone(s.zone())
                .setCapacity(s.capacity())
                .build();
    }

    private static GivenIds wire(Ids ids) {
        return GivenIds.newBuilder()
                .setNode(ids.node())
                .setDisk(ids.disk())
                .setTable(ids.table())
                .setPartition(ids.partition())
                .setReplica(ids.replica())
                .setOp(ids.op())
                .setNodeset(ids.nodeset())
                .setRequest(ids.request())
                .build();
    }

    private static Ids ceiling(Ids ids) {
        return new Ids(
                above(ids.node()),
                above(ids.disk()),
                above(ids.table()),
                above(ids.partition()),
                above(ids.replica()),
                above(ids.op()),
                above(ids.nodeset()),
                above(ids.request()));
    }

    private static int above(int id) {
        return (int) Math.min(Integer.MAX_VALUE, above((long) id));
    }

    private static long above(long id) {
        return (id / STEP + 1) * STEP;
    }
}
