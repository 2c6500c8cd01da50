package io.kintsugi.master.transport.cubefs;

import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.OpKind;
import io.kintsugi.master.model.OpStatus;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.view.View;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The partitions of a disk's or a datanode's decommission that the original lists one by one.
 *
 * @param running ids of partitions whose move holds a token
 * @param failed given up by it
 * @param ignored another replica of theirs is moved by another op: they wait for its end and then go on by themselves
 * @param residual given up by it, and since then another replica of theirs was moved
 */
record DrainParts(List<Integer> running, List<Note> failed, List<Note> ignored, List<Note> residual) {
    /** A partition and why it is where it is. */
    record Note(int partition, String message) {
        JsonObject json() {
            return new JsonObject().put("PartitionID", partition).put("ErrMsg", message);
        }
    }

    static List<JsonObject> json(List<Note> notes) {
        return notes.stream().map(Note::json).toList();
    }

    static DrainParts of(View view, List<Op> drains) {
        DrainParts sum = new DrainParts(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        List<Op> lost = new ArrayList<>();
        for (Op drain : drains) {
            view.cluster().children(drain.id()).stream()
                    .filter(Op::holdsToken)
                    .forEach(move -> sum.running.add(move.move().partition()));
            lost.addAll(givenUp(view, drain));
            if (!drain.ended()) {
                waiting(view, drain).forEach(p -> sum.ignored.addAll(ignored(view, p)));
            }
        }
        Map<Integer, Op> later = lost.isEmpty() ? Map.of() : lastMoves(view, lost);
        for (Op move : lost) {
            Op last = later.get(move.move().partition());
            boolean overtaken = last != null
                    && last.id() > move.id()
                    && last.move().source() != move.move().source();
            (overtaken ? sum.residual : sum.failed)
                    .add(new Note(
                            move.move().partition(), "op " + move.id() + ", " + move.reason() + ": " + move.message()));
        }
        return sum;
    }

    /** Of an open drain what it left on the disk; of one that ended, the last word on each partition. */
    private static List<Op> givenUp(View view, Op drain) {
        if (!drain.ended()) {
            Set<Integer> onDisk = new HashSet<>(view.cluster().partitionsOnDisk(drain.disk()));
            return view.cluster().givenUp(drain.id()).values().stream()
                    .filter(move -> onDisk.contains(move.move().partition()))
                    .toList();
        }
        Map<Integer, Op> last = new TreeMap<>();
        view.cluster().children(drain.id()).forEach(move -> last.put(move.move().partition(), move));
        return last.values().stream()
                .filter(move -> move.status() == OpStatus.FAILED)
                .toList();
    }

    /** Partitions on a disk that is drained whose turn is still to come: marked, with or without a move of their own. */
    static List<Partition> waiting(View view, Op drain) {
        Map<Integer, Op> givenUp = view.cluster().givenUp(drain.id());
        return view.cluster().partitionsOnDisk(drain.disk()).stream()
                .filter(id -> !givenUp.containsKey(id))
                .flatMap(id -> view.cluster().partition(id).stream())
                .filter(p -> p.members().stream().anyMatch(m -> m.disk() == drain.disk()))
                .filter(p -> view.cluster().openMoves(p.id()).stream()
                        .noneMatch(move -> move.parent() == drain.id() && move.holdsToken()))
                .toList();
    }

    private static List<Note> ignored(View view, Partition p) {
        return view.cluster().openMoves(p.id()).stream()
                .filter(Op::holdsToken)
                .map(move -> new Note(
                        p.id(),
                        "MOVE_RUNNING: op " + move.id()
                                + " moves another replica of it, one at a time; it goes on by itself after that"))
                .toList();
    }

    private static Map<Integer, Op> lastMoves(View view, List<Op> of) {
        Set<Integer> wanted = new HashSet<>();
        of.forEach(move -> wanted.add(move.move().partition()));
        Map<Integer, Op> last = new HashMap<>();
        for (Op op : view.cluster().ops()) {
            if (op.kind() == OpKind.MOVE && wanted.contains(op.move().partition())) {
                last.put(op.move().partition(), op);
            }
        }
        return last;
    }
}
