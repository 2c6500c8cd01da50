package io.kintsugi.master.plan.rebuild;

import io.kintsugi.master.model.Disk;
import io.kintsugi.master.model.Node;
import io.kintsugi.master.model.Nodeset;
import java.util.Comparator;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** All that was found of one cluster. */
final class Lineage {
    final TreeSet<String> addresses = new TreeSet<>();
    final Marks marks = new Marks();
    /** By id and then uuid: more than one uuid is a contradiction. */
    final TreeMap<Integer, TreeMap<String, Node>> nodes = new TreeMap<>();

    /** Addresses by the datanode's uuid. */
    final TreeMap<String, TreeSet<String>> addressesOf = new TreeMap<>();

    final TreeMap<Integer, TreeMap<String, Disk>> disks = new TreeMap<>();
    final TreeMap<Integer, Nodeset> nodesets = new TreeMap<>();
    final TreeMap<Integer, TreeMap<Incarnation, TableFound>> tables = new TreeMap<>();
    final TreeMap<String, TreeSet<DamagedManifest>> damaged = new TreeMap<>();
    private ClusterNote note = ClusterNote.NONE;
    private long generation;

    ClusterNote note() {
        return note;
    }

    /** The highest that was seen. */
    long generation() {
        return generation;
    }

    void add(NodeAnswer a) {
        addresses.add(a.address());
        generation = Math.max(generation, a.generation());
        note = note.merge(a.known());
        marks.see(a.known().given());
        Node node = a.node();
        marks.nodes.add(node.id());
        nodes.computeIfAbsent(node.id(), id -> new TreeMap<>()).merge(node.uuid(), node, Lineage::greater);
        addressesOf.computeIfAbsent(node.uuid(), id -> new TreeSet<>()).add(a.address());
        if (a.nodeset() != null) {
            nodesets.merge(a.nodeset().id(), a.nodeset(), Lineage::greater);
        }
        for (Disk disk : a.disks()) {
            marks.disk(disk.id());
            disks.computeIfAbsent(disk.id(), id -> new TreeMap<>()).merge(disk.uuid(), disk, Lineage::greater);
        }
        a.damaged().forEach(d -> damaged(a, d.path(), d.why()));
        Set<Integer> present = a.disks().stream().map(Disk::id).collect(Collectors.toSet());
        a.tables().forEach(t -> add(a, t, present));
    }

    private void add(NodeAnswer a, TableAnswer t, Set<Integer> present) {
        Definition d = t.definition();
        int id = d.table().id();
        marks.table(id);
        if (!d.plausible()) {
            damaged(a, "table " + id, "no table is like that: " + d.table());
            return;
        }
        TableFound table = tables.computeIfAbsent(id, x -> new TreeMap<>())
                .computeIfAbsent(d.incarnation(), x -> new TableFound());
        table.define(d);
        for (ReplicaFound r : t.replicas()) {
            if (!present.contains(r.disk()) || !r.plausible(a.generation(), id)) {
                damaged(a, "replica " + r.replica(), "it can't be of table " + id + " on this datanode");
                continue;
            }
            marks.replica(r.replica());
            marks.partition(r.stored());
            table.slot(r.stored().index()).add(Copy.of(a.node().id(), r), r.stored());
        }
    }

    private void damaged(NodeAnswer a, String path, String why) {
        damaged.computeIfAbsent(a.address(), x -> new TreeSet<>()).add(new DamagedManifest(path, why));
    }

    /** Two words on one thing, of which nothing says which is newer: always the same one, whatever came first. */
    private static <T> T greater(T a, T b) {
        return a.equals(b) || Comparator.comparing(Object::toString).compare(a, b) >= 0 ? a : b;
    }
}
