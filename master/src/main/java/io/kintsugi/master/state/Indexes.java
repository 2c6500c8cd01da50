package io.kintsugi.master.state;

import io.kintsugi.master.model.Disk;
import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Move;
import io.kintsugi.master.model.MoveStep;
import io.kintsugi.master.model.Node;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.OpKind;
import io.kintsugi.master.model.OpStatus;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.model.Table;
import io.kintsugi.master.model.TableState;
import java.util.List;
import java.util.Map;
import org.pcollections.IntTreePMap;
import org.pcollections.PMap;
import org.pcollections.TreePMap;

/**
 * What is derived from the rows and asked often. Never stored: loading rows builds it again. Its fields change only while it is a draft,
 * that is inside {@link #after}; once that has returned, an instance is as immutable as the maps that it holds.
 */
final class Indexes {
    /** Ended ops without a parent in the order in which they are to be forgotten. */
    record Ended(long endedAt, long op) implements Comparable<Ended> {
        @Override
        public int compareTo(Ended o) {
            return endedAt != o.endedAt ? Long.compare(endedAt, o.endedAt) : Long.compare(op, o.op);
        }
    }

    TreePMap<String, Node> nodesByUuid = TreePMap.empty();
    TreePMap<String, Node> nodesByName = TreePMap.empty();
    TreePMap<String, Disk> disksByUuid = TreePMap.empty();
    TreePMap<Integer, PMap<Integer, Disk>> disksByNode = TreePMap.empty();
    /** Serving tables only. */
    TreePMap<String, Table> tablesByName = TreePMap.empty();
    /** Table → slot → partition. */
    TreePMap<Integer, PMap<Integer, Partition>> slots = TreePMap.empty();
    /** Disk → partitions with a member or the joining replica there; a map used as a set, since it has the smallest nodes. */
    TreePMap<Integer, PMap<Integer, Boolean>> partitionsByDisk = TreePMap.empty();

    TreePMap<Long, Op> openOps = TreePMap.empty();
    TreePMap<Long, Op> openDrains = TreePMap.empty();
    TreePMap<Long, Op> openRepairs = TreePMap.empty();
    TreePMap<Long, Op> markedMoves = TreePMap.empty();
    /** Partition → its moves that haven't ended. */
    TreePMap<Integer, PMap<Long, Op>> openMoves = TreePMap.empty();
    /** Disk decommission → partition → the move that ended without having moved it. */
    TreePMap<Long, PMap<Integer, Op>> givenUp = TreePMap.empty();
    /** Disk decommissions that hold a slot. */
    TreePMap<Long, Op> admittedDrains = TreePMap.empty();

    TreePMap<Long, PMap<Long, Op>> children = TreePMap.empty();
    TreePMap<Integer, PMap<Long, Op>> tokens = TreePMap.empty();
    TreePMap<Integer, PMap<Long, Op>> copiesToDisk = TreePMap.empty();
    /** Partition → members' returns to service that haven't ended. */
    TreePMap<Integer, PMap<Long, Op>> openRejoins = TreePMap.empty();

    /** One at most. */
    TreePMap<Long, Op> openRescues = TreePMap.empty();

    TreePMap<Ended, Op> endedRoots = TreePMap.empty();
    TreePMap<String, Request> requests = TreePMap.empty();

    Indexes() {}

    private Indexes(Indexes from) {
        nodesByUuid = from.nodesByUuid;
        nodesByName = from.nodesByName;
        disksByUuid = from.disksByUuid;
        disksByNode = from.disksByNode;
        tablesByName = from.tablesByName;
        slots = from.slots;
        partitionsByDisk = from.partitionsByDisk;
        openOps = from.openOps;
        openDrains = from.openDrains;
        openRepairs = from.openRepairs;
        markedMoves = from.markedMoves;
        openMoves = from.openMoves;
        givenUp = from.givenUp;
        admittedDrains = from.admittedDrains;
        children = from.children;
        tokens = from.tokens;
        copiesToDisk = from.copiesToDisk;
        openRejoins = from.openRejoins;
        openRescues = from.openRescues;
        endedRoots = from.endedRoots;
        requests = from.requests;
    }

    <V> Indexes after(RowTable<?, V> table, V old, V now) {
        Indexes draft = new Indexes(this);
        table.index().update(draft, old, now);
        return draft;
    }

    void node(Node old, Node now) {
        if (old != null) {
            nodesByUuid = nodesByUuid.minus(old.uuid());
            nodesByName = nodesByName.minus(old.name());
        }
        if (now != null) {
            nodesByUuid = nodesByUuid.plus(now.uuid(), now);
            nodesByName = nodesByName.plus(now.name(), now);
        }
    }

    void disk(Disk old, Disk now) {
        if (old != null) {
            disksByUuid = disksByUuid.minus(old.uuid());
            disksByNode = minus(disksByNode, old.node(), old.id());
        }
        if (now != null) {
            disksByUuid = disksByUuid.plus(now.uuid(), now);
            disksByNode = plus(disksByNode, TreePMap.empty(), now.node(), now.id(), now);
        }
    }

    void table(Table old, Table now) {
        if (old != null && old.state() == TableState.NORMAL) {
            tablesByName = tablesByName.minus(old.name());
        }
        if (now != null && now.state() == TableState.NORMAL) {
            tablesByName = tablesByName.plus(now.name(), now);
        }
    }

    void partition(Partition old, Partition now) {
        if (now == null) {
            slots = minus(slots, old.table(), old.index());
        } else {
            slots = plus(slots, IntTreePMap.empty(), now.table(), now.index(), now);
        }
        if (old != null) {
            for (Member m : old.all()) {
                if (now == null || now.onDisk(m.disk()).isEmpty()) {
                    partitionsByDisk = minus(partitionsByDisk, m.disk(), old.id());
                }
            }
        }
        if (now != null) {
            for (Member m : now.all()) {
                if (old == null || old.onDisk(m.disk()).isEmpty()) {
                    partitionsByDisk = plus(partitionsByDisk, IntTreePMap.empty(), m.disk(), now.id(), Boolean.TRUE);
                }
            }
        }
    }

    void op(Op old, Op now) {
        if (old != null) {
            openOps = openOps.minus(old.id());
            openDrains = openDrains.minus(old.id());
            openRepairs = openRepairs.minus(old.id());
            openRescues = openRescues.minus(old.id());
            admittedDrains = admittedDrains.minus(old.id());
            children = minus(children, old.parent(), old.id());
            endedRoots = endedRoots.minus(new Ended(old.times().ended(), old.id()));
            if (old.move() != null) {
                minusMove(old, old.move());
            }
            if (old.absence() != null) {
                openRejoins = minus(openRejoins, old.absence().partition(), old.id());
            }
        }
        if (now == null) {
            return;
        }
        if (!now.ended()) {
            openOps = openOps.plus(now.id(), now);
            openDrains = now.kind() == OpKind.DISK_DECOMMISSION ? openDrains.plus(now.id(), now) : openDrains;
            openRescues = now.rescue() != null ? openRescues.plus(now.id(), now) : openRescues;
            openRepairs = now.isRepair() ? openRepairs.plus(now.id(), now) : openRepairs;
        }
        if (now.kind() == OpKind.DISK_DECOMMISSION && now.status() == OpStatus.RUNNING) {
            admittedDrains = admittedDrains.plus(now.id(), now);
        }
        if (now.parent() != 0) {
            children = plus(children, TreePMap.empty(), now.parent(), now.id(), now);
        } else if (now.ended()) {
            endedRoots = endedRoots.plus(new Ended(now.times().ended(), now.id()), now);
        }
        if (now.move() != null) {
            plusMove(now, now.move());
        }
        if (now.absence() != null && !now.ended()) {
            openRejoins = plus(openRejoins, TreePMap.empty(), now.absence().partition(), now.id(), now);
        }
    }

    private void minusMove(Op op, Move move) {
        markedMoves = markedMoves.minus(op.id());
        openMoves = minus(openMoves, move.partition(), op.id());
        if (givenUp(op)) {
            givenUp = minus(givenUp, op.parent(), move.partition());
        }
        if (op.holdsToken()) {
            tokens = minus(tokens, move.nodeset(), op.id());
        }
        if (copies(op)) {
            copiesToDisk = minus(copiesToDisk, move.destinationDisk(), op.id());
        }
    }

    private void plusMove(Op op, Move move) {
        if (!op.ended()) {
            openMoves = plus(openMoves, TreePMap.empty(), move.partition(), op.id(), op);
            markedMoves = op.status() == OpStatus.MARKED ? markedMoves.plus(op.id(), op) : markedMoves;
        } else if (givenUp(op)) {
            givenUp = plus(givenUp, TreePMap.empty(), op.parent(), move.partition(), op);
        }
        if (op.holdsToken()) {
            tokens = plus(tokens, TreePMap.empty(), move.nodeset(), op.id(), op);
        }
        if (copies(op)) {
            copiesToDisk = plus(copiesToDisk, TreePMap.empty(), move.destinationDisk(), op.id(), op);
        }
    }

    /** A drain admits no other move of a partition that it has given up, so there is one at most. */
    private static boolean givenUp(Op op) {
        return op.parent() != 0 && op.ended() && op.status() != OpStatus.SUCCESS;
    }

    private static boolean copies(Op op) {
        return op.move() != null && !op.ended() && op.move().step() == MoveStep.ADDED;
    }

    void request(Request old, Request now) {
        if (old != null) {
            requests = requests.minus(old.id());
        }
        if (now != null) {
            requests = requests.plus(now.id(), now);
        }
    }

    /** Name → index, to compare and to print. */
    List<Map.Entry<String, Map<?, ?>>> parts() {
        return List.of(
                Map.entry("nodesByUuid", nodesByUuid),
                Map.entry("nodesByName", nodesByName),
                Map.entry("disksByUuid", disksByUuid),
                Map.entry("disksByNode", disksByNode),
                Map.entry("tablesByName", tablesByName),
                Map.entry("slots", slots),
                Map.entry("partitionsByDisk", partitionsByDisk),
                Map.entry("openOps", openOps),
                Map.entry("openDrains", openDrains),
                Map.entry("openRepairs", openRepairs),
                Map.entry("markedMoves", markedMoves),
                Map.entry("openMoves", openMoves),
                Map.entry("givenUp", givenUp),
                Map.entry("admittedDrains", admittedDrains),
                Map.entry("children", children),
                Map.entry("tokens", tokens),
                Map.entry("copiesToDisk", copiesToDisk),
                Map.entry("openRejoins", openRejoins),
                Map.entry("openRescues", openRescues),
                Map.entry("endedRoots", endedRoots),
                Map.entry("requests", requests));
    }

    private static <G extends Comparable<G>, K, V> TreePMap<G, PMap<K, V>> plus(
            TreePMap<G, PMap<K, V>> index, PMap<K, V> none, G group, K key, V value) {
        return index.plus(group, index.getOrDefault(group, none).plus(key, value));
    }

    /** Takes an emptied group out, so that equal states have equal indexes. */
    private static <G extends Comparable<G>, K, V> TreePMap<G, PMap<K, V>> minus(
            TreePMap<G, PMap<K, V>> index, G group, K key) {
        PMap<K, V> members = index.get(group);
        if (members == null) {
            return index;
        }
        PMap<K, V> rest = members.minus(key);
        return rest.isEmpty() ? index.minus(group) : index.plus(group, rest);
    }
}
