package io.kintsugi.master.state;

import io.kintsugi.master.command.Command.DiskFact;
import io.kintsugi.master.command.Command.RegisterNode;
import io.kintsugi.master.model.Disk;
import io.kintsugi.master.model.DiskStatus;
import io.kintsugi.master.model.DrainState;
import io.kintsugi.master.model.Node;
import io.kintsugi.master.model.Nodeset;
import io.kintsugi.master.model.Setting;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Datanodes and their disks. */
final class NodeApplier {
    private NodeApplier() {}

    static long register(Transaction tx, RegisterNode c) {
        checkFacts(c);
        Optional<Node> known = tx.state().nodeByUuid(c.uuid());
        tx.state().nodeByName(c.name()).filter(n -> !n.uuid().equals(c.uuid())).ifPresent(n -> {
            throw Refusal.of(
                    "NODE_NAME_TAKEN",
                    "the name '%s' belongs to datanode %d with id %s: give this one another, or remove that one first",
                    c.name(),
                    n.id(),
                    n.uuid());
        });
        Node node = known.map(n -> refreshed(tx, n, c)).orElseGet(() -> fresh(tx, c));
        tx.put(node);
        registerDisks(tx, node, c.disks());
        return node.id();
    }

    private static void checkFacts(RegisterNode c) {
        Lookup.notEmpty("the datanode's id", c.uuid());
        Lookup.name("the datanode's name", c.name());
        Lookup.notEmpty("the datanode's gRPC address", c.address());
        Lookup.notEmpty("the datanode's HTTP address", c.httpAddress());
        Lookup.name("the datanode's zone", c.zone());
        if (!c.nodeset().isEmpty()) {
            Lookup.name("the datanode's nodeset", c.nodeset());
        }
        Set<String> uuids = new TreeSet<>();
        Set<String> paths = new TreeSet<>();
        for (DiskFact d : c.disks()) {
            Lookup.notEmpty("a disk's id", d.uuid());
            Lookup.notEmpty("a disk's path", d.path());
            Refusal.unless(
                    uuids.add(d.uuid()) && paths.add(d.path()),
                    "DUPLICATE_DISK",
                    "datanode %s presents disk %s at %s twice: ids and paths must differ",
                    c.name(),
                    d.uuid(),
                    d.path());
        }
    }

    private static Node refreshed(Transaction tx, Node n, RegisterNode c) {
        Refusal.unless(
                n.zone().equals(c.zone()),
                "ZONE_CHANGED",
                "datanode %s is in zone %s and can't change to %s: drain it and register it anew",
                n.name(),
                n.zone(),
                c.zone());
        String nodeset = tx.state().nodeset(n.nodeset()).map(Nodeset::name).orElse("");
        Refusal.unless(
                c.nodeset().isEmpty() || nodeset.equals(c.nodeset()),
                "NODESET_CHANGED",
                "datanode %s is in nodeset %s and can't change to %s: drain it and register it anew",
                n.name(),
                nodeset,
                c.nodeset());
        return new Node(
                n.id(),
                n.uuid(),
                c.name(),
                c.address(),
                c.httpAddress(),
                n.zone(),
                n.nodeset(),
                n.registeredAt(),
                n.drain(),
                n.drainOp(),
                n.deadSince(),
                n.deaths());
    }

    private static Node fresh(Transaction tx, RegisterNode c) {
        int nodeset = c.nodeset().isEmpty() ? assigned(tx, c.zone()) : named(tx, c.zone(), c.nodeset());
        int id = tx.nextInt(Counter.NODE);
        return new Node(
                id,
                c.uuid(),
                c.name(),
                c.address(),
                c.httpAddress(),
                c.zone(),
                nodeset,
                tx.now(),
                DrainState.NONE,
                0,
                0,
                List.of());
    }

    private static int named(Transaction tx, String zone, String name) {
        for (Nodeset s : tx.state().nodesets()) {
            if (s.name().equals(name)) {
                Refusal.unless(
                        s.zone().equals(zone),
                        "NODESET_IN_OTHER_ZONE",
                        "nodeset %s is in zone %s, not in %s: name another nodeset, or correct the zone",
                        name,
                        s.zone(),
                        zone);
                return s.id();
            }
        }
        return newNodeset(tx, zone, name);
    }

    /** The zone's first nodeset with room, or a new one. */
    private static int assigned(Transaction tx, String zone) {
        int number = 1;
        for (Nodeset s : tx.state().nodesets()) {
            long nodes = tx.state().nodes().stream()
                    .filter(n -> n.nodeset() == s.id())
                    .count();
            if (s.zone().equals(zone) && nodes < s.capacity()) {
                return s.id();
            }
        }
        while (nodesetNamed(tx, zone + "-" + number)) {
            number++;
        }
        return newNodeset(tx, zone, zone + "-" + number);
    }

    private static boolean nodesetNamed(Transaction tx, String name) {
        return tx.state().nodesets().stream().anyMatch(s -> s.name().equals(name));
    }

    private static int newNodeset(Transaction tx, String zone, String name) {
        int id = tx.nextInt(Counter.NODESET);
        int capacity = (int) tx.state().settings().get(Setting.NODESET_CAPACITY);
        tx.put(Schema.NODESETS, id, new Nodeset(id, name, zone, capacity));
        return id;
    }

    private static void registerDisks(Transaction tx, Node node, List<DiskFact> facts) {
        Set<String> uuids = new TreeSet<>();
        Set<String> paths = new TreeSet<>();
        for (DiskFact fact : facts) {
            uuids.add(fact.uuid());
            paths.add(fact.path());
            tx.put(tx.state()
                    .diskByUuid(fact.uuid())
                    .map(d -> returned(tx, node, d, fact))
                    .orElseGet(() -> added(tx, node, fact)));
        }
        for (Disk d : List.copyOf(tx.state().disksOfNode(node.id()))) {
            if (!uuids.contains(d.uuid())) {
                replaced(tx, d, paths);
            }
        }
    }

    /** An empty one; on a datanode that is drained, or is being, it is as drained as the others. */
    private static Disk added(Transaction tx, Node node, DiskFact fact) {
        int id = tx.nextInt(Counter.DISK);
        boolean drained = node.drain() != DrainState.NONE;
        return new Disk(
                id,
                fact.uuid(),
                node.id(),
                fact.path(),
                DiskStatus.NORMAL,
                drained ? DrainState.DRAINED : DrainState.NONE,
                0,
                drained ? node.drainOp() : 0,
                "");
    }

    private static Disk returned(Transaction tx, Node node, Disk d, DiskFact fact) {
        Refusal.unless(
                d.node() == node.id(),
                "DISK_OF_OTHER_NODE",
                "disk %s at %s belongs to %s: format it anew, or put it back",
                fact.uuid(),
                fact.path(),
                Lookup.nameOf(tx, d));
        Disk there = d.at(fact.path());
        return d.status() == DiskStatus.GONE ? there.withStatus(DiskStatus.NORMAL, "") : there;
    }

    /** A disk that isn't presented: gone if another is at its path, forgotten once nothing names it; else just not there at present. */
    private static void replaced(Transaction tx, Disk d, Set<String> pathsTaken) {
        boolean gone = !d.present() || pathsTaken.contains(d.path());
        if (gone && tx.state().partitionsOnDisk(d.id()).isEmpty() && d.drain() != DrainState.DRAINING) {
            tx.remove(Schema.DISKS, d.id());
        } else if (gone && d.present()) {
            tx.put(d.withStatus(DiskStatus.GONE, "replaced by another disk at " + d.path())
                    .with(d.trouble().over(tx.now())));
        }
    }
}
