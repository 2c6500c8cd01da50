package io.kintsugi.master.transport.cubefs;

import io.kintsugi.master.model.Disk;
import io.kintsugi.master.model.DrainState;
import io.kintsugi.master.model.Node;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.OpKind;
import io.kintsugi.master.model.OpStatus;
import io.kintsugi.master.view.View;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * A disk's or a datanode's decommission as the original keeps it, one for each: the op at work, else the last that ended. One that an
 * operator has taken note of is gone, and so is a success once the disk is recommissioned.
 */
final class Jobs {
    private Jobs() {}

    static Optional<Op> ofDisk(View view, Disk disk) {
        return view.cluster()
                .op(disk.drainOp())
                .or(() -> last(view, op -> op.kind() == OpKind.DISK_DECOMMISSION && op.disk() == disk.id()))
                .filter(op -> there(op, disk.drain()));
    }

    static Optional<Op> ofNode(View view, Node node) {
        return view.cluster()
                .op(node.drainOp())
                .or(() -> last(view, op -> op.kind() == OpKind.NODE_DECOMMISSION && op.node() == node.id()))
                .filter(op -> there(op, node.drain()));
    }

    private static Optional<Op> last(View view, Predicate<Op> of) {
        return view.cluster().ops().stream().filter(of).reduce((older, newer) -> newer);
    }

    private static boolean there(Op op, DrainState drain) {
        return !op.ended() || !op.acknowledged() && (op.status() != OpStatus.SUCCESS || drain == DrainState.DRAINED);
    }

    /** The last decommission of every disk that has one, oldest first. */
    static Collection<Op> ofDisks(View view) {
        Map<Integer, Op> last = new LinkedHashMap<>();
        for (Op op : view.cluster().ops()) {
            if (op.kind() == OpKind.DISK_DECOMMISSION) {
                last.remove(op.disk());
                last.put(op.disk(), op);
            }
        }
        return last.values().stream()
                .filter(op -> view.cluster()
                        .disk(op.disk())
                        .filter(d -> there(op, d.drain()))
                        .isPresent())
                .toList();
    }

    /** The drains of its disks that a datanode's decommission has made, and those that it waits for. */
    static List<Op> drainsOf(View view, Op nodeOp) {
        List<Op> drains = new ArrayList<>(view.cluster().children(nodeOp.id()));
        if (!nodeOp.ended()) {
            view.cluster().disksOfNode(nodeOp.node()).stream()
                    .flatMap(d -> view.cluster().op(d.drainOp()).stream())
                    .filter(op -> op.parent() != nodeOp.id())
                    .forEach(drains::add);
        }
        return drains;
    }
}
