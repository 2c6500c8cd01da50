package io.kintsugi.master.state;

import io.kintsugi.master.command.Command.CreateTable;
import io.kintsugi.master.command.Command.DropTable;
import io.kintsugi.master.command.Command.Placement;
import io.kintsugi.master.command.Command.PurgeTable;
import io.kintsugi.master.command.Command.SetDiscard;
import io.kintsugi.master.command.Command.SetTable;
import io.kintsugi.master.model.Disk;
import io.kintsugi.master.model.Intent;
import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.OpStatus;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.model.RestoreMutex;
import io.kintsugi.master.model.Setting;
import io.kintsugi.master.model.Table;
import io.kintsugi.master.model.TableState;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Tables and the partitions that they are cut into. */
final class TableApplier {
    static final int MAX_PARTITIONS = 65_536;
    static final int MAX_REPLICAS = 5;
    /** An EiB: it still is a number of bytes. */
    static final long MAX_CAPACITY_GB = 1L << 30;

    static final long MAX_TTL_MS = 36_525L * 24 * 60 * 60 * 1000;

    /** The original's rule. */
    private static final Pattern OWNER = Pattern.compile("[A-Za-z][A-Za-z0-9_]{0,20}");

    private TableApplier() {}

    static long create(Transaction tx, CreateTable c) {
        checkDefinition(tx, c);
        Refusal.unless(
                !tx.state().settings().on(Setting.TABLES_FROZEN),
                "CLUSTER_FROZEN",
                "no new table may be made while %s is true: set it to false",
                Setting.TABLES_FROZEN.key());
        int id = tx.nextInt(Counter.TABLE);
        int partitions = c.placements().size();
        tx.put(new Table(
                id,
                c.name(),
                partitions,
                c.replicas(),
                c.minInSync(),
                c.hash(),
                TableState.NORMAL,
                tx.now(),
                0,
                c.owner(),
                c.capacityGb(),
                c.ttlMs()));
        for (int slot = 0; slot < partitions; slot++) {
            tx.put(partition(tx, id, slot, c.placements().get(slot), c.replicas()));
        }
        return id;
    }

    private static void checkDefinition(Transaction tx, CreateTable c) {
        Lookup.name("the table's name", c.name());
        tx.state().tableByName(c.name()).ifPresent(t -> {
            throw Refusal.of(
                    "TABLE_EXISTS", "there is a table '%s' already, with id %d: choose another name", c.name(), t.id());
        });
        Refusal.unless(
                c.replicas() >= 1 && c.replicas() <= MAX_REPLICAS,
                "BAD_REPLICAS",
                "%d replicas: a table has 1 to %d",
                c.replicas(),
                MAX_REPLICAS);
        checkMinInSync(c.minInSync(), c.replicas());
        Lookup.name("the name of the key hash", c.hash());
        checkOwner(c);
        checkTtl(c.ttlMs());
        int partitions = c.placements().size();
        Refusal.unless(
                partitions >= 1 && partitions <= MAX_PARTITIONS,
                "BAD_PARTITIONS",
                "%d partitions: a table has 1 to %d",
                partitions,
                MAX_PARTITIONS);
    }

    private static void checkOwner(CreateTable c) {
        Refusal.unless(
                c.owner().isEmpty() || OWNER.matcher(c.owner()).matches(),
                "BAD_OWNER",
                "owner '%s': a letter, then at most 20 letters, digits or underscores",
                c.owner());
        Refusal.unless(
                c.capacityGb() >= 0 && c.capacityGb() <= MAX_CAPACITY_GB,
                "BAD_CAPACITY",
                "capacity %d GiB: it is from 0 (no word on that) to %d",
                c.capacityGb(),
                MAX_CAPACITY_GB);
    }

    private static void checkTtl(long ttlMs) {
        Refusal.unless(
                ttlMs >= 0 && ttlMs <= MAX_TTL_MS,
                "BAD_TTL",
                "ttl %d ms: it is from 0 (records stay) to a hundred years",
                ttlMs);
    }

    private static void checkMinInSync(int minInSync, int replicas) {
        Refusal.unless(
                minInSync >= 1 && minInSync <= replicas,
                "BAD_MIN_IN_SYNC",
                "minInSync %d: it is from 1 to the table's %d replicas",
                minInSync,
                replicas);
    }

    private static Partition partition(Transaction tx, int table, int slot, Placement placement, int replicas) {
        Refusal.unless(
                placement.disks().size() == replicas,
                "BAD_PLACEMENT",
                "slot %d names %d disks for %d replicas: name one for each",
                slot,
                placement.disks().size(),
                replicas);
        List<Member> members = new ArrayList<>(replicas);
        for (int diskId : placement.disks()) {
            Disk disk = Lookup.disk(tx, diskId);
            Lookup.placeable(tx, disk);
            Refusal.unless(
                    members.stream().noneMatch(m -> m.node() == disk.node()),
                    "SAME_NODE",
                    "slot %d would have two replicas on datanode %d: each must be on another",
                    slot,
                    disk.node());
            members.add(new Member(tx.next(Counter.REPLICA), disk.node(), disk.id(), 0));
        }
        List<Long> inSync = members.stream().map(Member::replica).sorted().toList();
        long primary = members.get(0).replica();
        int id = tx.nextInt(Counter.PARTITION);
        long epoch = Partition.firstEpoch(tx.state().cluster().orElseThrow().generation());
        return new Partition(id, table, slot, epoch, replicas, members, null, 0, inSync, primary, RestoreMutex.STOP, 0);
    }

    static long set(Transaction tx, SetTable c) {
        Table t = serving(tx, c.table());
        if (c.ttlMs() == 0 || c.minInSync() != 0) {
            checkMinInSync(c.minInSync(), t.replicas());
            t = t.withMinInSync(c.minInSync());
        }
        if (c.ttlMs() != 0) {
            t = t.withTtl(Math.max(0, c.ttlMs()));
            checkTtl(t.ttlMs());
        }
        tx.put(t);
        return t.id();
    }

    /** Its partitions keep their replicas and go on replicating, so moves under way, and drains of their disks, just go on too. */
    static long drop(Transaction tx, DropTable c) {
        Table t = serving(tx, c.table());
        tx.put(t.dropped(tx.now()));
        return t.id();
    }

    private static Table serving(Transaction tx, int id) {
        Table t = Lookup.table(tx, id);
        Refusal.unless(t.state() == TableState.NORMAL, "TABLE_DROPPED", "table '%s' (%d) is dropped", t.name(), t.id());
        return t;
    }

    static long purge(Transaction tx, PurgeTable c) {
        Table t = Lookup.table(tx, c.table());
        Refusal.unless(
                t.state() == TableState.DROPPED,
                "TABLE_NOT_DROPPED",
                "table '%s' (%d) serves: drop it first, it is purged when its retention is over",
                t.name(),
                t.id());
        long retention = tx.state().settings().get(Setting.DROPPED_TABLE_RETENTION_MS);
        long age = tx.now() - t.droppedAt();
        Refusal.unless(
                age >= retention,
                "RETENTION_NOT_OVER",
                "table '%s' (%d) was dropped %d ms ago and is kept for %d ms: wait, or lower %s",
                t.name(),
                t.id(),
                age,
                retention,
                Setting.DROPPED_TABLE_RETENTION_MS.key());
        for (Partition p : List.copyOf(tx.state().partitionsOfTable(t.id()))) {
            RecoveryApplier.purged(tx, p, t);
            AbsenceApplier.purged(tx, p, t);
            endMoves(tx, p, t);
            tx.remove(Schema.PARTITIONS, p.id());
            if (tx.state().discarded(p.id())) {
                tx.remove(Schema.DISCARDS, p.id());
            }
        }
        tx.remove(Schema.TABLES, t.id());
        return t.id();
    }

    static long discard(Transaction tx, SetDiscard c) {
        Refusal.unless(
                tx.state().partition(c.partition()).isPresent(),
                "NO_SUCH_PARTITION",
                "there is no partition %d",
                c.partition());
        if (c.discarded()) {
            tx.put(Schema.DISCARDS, c.partition(), tx.now());
        } else if (tx.state().discarded(c.partition())) {
            tx.remove(Schema.DISCARDS, c.partition());
        }
        return c.partition();
    }

    private static void endMoves(Transaction tx, Partition p, Table t) {
        for (Op op : List.copyOf(tx.state().openMoves(p.id()))) {
            tx.put(Lookup.to(op, OpStatus.CANCELLED, "TABLE_PURGED", "table '" + t.name() + "' was purged", tx.now())
                    .with(Intent.NONE));
            Closing.after(tx, op);
        }
    }
}
