package io.kintsugi.sim.model;

import static io.kintsugi.sim.model.Reference.unless;

import io.kintsugi.master.model.OpKind;
import io.kintsugi.sim.model.OpModel.At;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What operators ask of ops: cancel, pause, resume. */
final class VerbRules {
    private final Reference model;
    private final DrainRules drains;

    VerbRules(Reference model, DrainRules drains) {
        this.model = model;
        this.drains = drains;
    }

    private OpModel open(long id) {
        OpModel op = model.ops.get(id);
        unless(op != null && !op.ended());
        return op;
    }

    /** Those that are there have ended, as has what they are parts of; their own parts come before them. */
    void delete(List<Long> ids) {
        Set<Long> gone = new HashSet<>();
        for (long id : ids) {
            OpModel op = model.ops.get(id);
            if (op != null && gone.add(id)) {
                OpModel whole = model.ops.get(op.parent);
                unless(op.ended() && (whole == null || whole.ended()));
                unless(drains.parts(op).stream().allMatch(part -> gone.contains(part.id)));
            }
        }
        model.ops.keySet().removeAll(gone);
    }

    private List<OpModel> openParts(OpModel of) {
        return drains.parts(of).stream().filter(part -> !part.ended()).toList();
    }

    // ------------------------------------------------------------------ moves
    /** Whether what the move has added can go at once without taking redundancy along. */
    boolean droppable(OpModel op) {
        if (op.at != At.ADDED) {
            return true;
        }
        PartitionModel p = model.partitions.get(op.partition);
        int left = p.inSyncWithout(op.destination);
        boolean keeps = !p.inSync.contains(op.destination) || left >= floor(op, p) || left > 0 && !swapKeeps(op, p);
        return p.primary != op.destination && keeps;
    }

    private static int floor(OpModel op, PartitionModel p) {
        return Math.min(op.noted, p.target);
    }

    /** Whether the source may go. A lost one that isn't in-sync takes nothing along. */
    boolean swapKeeps(OpModel op, PartitionModel p) {
        boolean nothing = op.repair() && !p.inSync.contains(op.source);
        return nothing || p.inSyncWithout(op.source) >= floor(op, p);
    }

    void takeBack(OpModel op, At next) {
        if (op.owns()) {
            PartitionModel p = model.partitions.get(op.partition);
            if (op.at == At.ADDED) {
                p.dropJoining();
            }
            p.owner = 0;
        }
        op.become(next);
        if (op.ended()) {
            drains.after(op);
        }
    }

    private void stop(OpModel move, boolean cancel) {
        if (droppable(move)) {
            takeBack(move, cancel ? At.CANCELLED : At.PAUSED);
        } else {
            move.cancelling = cancel;
            move.pausing = !cancel;
        }
    }

    // ------------------------------------------------------------------ cancel
    void cancel(long id) {
        OpModel op = open(id);
        if (op.move()) {
            unless(op.at != At.SWAPPED);
            stop(op, true);
        } else if (op.kind == OpKind.REJOIN) {
            new AbsenceRules(model).cancelled(op);
        } else if (op.kind == OpKind.RECOVER_DATA) {
            new RescueRules(model, drains).cancelled(op);
        } else if (op.kind == OpKind.BALANCE) {
            op.become(At.CANCELLED);
        } else if (op.kind == OpKind.RECOVERY) {
            op.become(At.CANCELLED);
            model.partitions.get(op.partition).owner = 0;
        } else if (op.kind == OpKind.DISK_DECOMMISSION) {
            cancelDrain(op);
        } else {
            op.cancelling = true;
            op.pausing = false;
            openParts(op).forEach(this::cancelDrain);
            drains.endNode(op.node);
        }
    }

    private void cancelDrain(OpModel drain) {
        drain.cancelling = true;
        drain.pausing = false;
        for (OpModel move : openParts(drain)) {
            if (move.at != At.SWAPPED) {
                stop(move, true);
            }
        }
        if (!drain.ended() && openParts(drain).isEmpty()) {
            drains.end(drain, At.CANCELLED);
        }
    }

    // ------------------------------------------------------------------ pause and resume
    void pause(long id, boolean now) {
        OpModel op = open(id);
        unless(op.kind != OpKind.RECOVER_DATA);
        unless(!op.cancelling && op.at != At.PAUSED && op.kind != OpKind.RECOVERY && op.kind != OpKind.REJOIN);
        unless(op.kind != OpKind.BALANCE);
        if (op.move()) {
            unless(op.at != At.SWAPPED);
            stop(op, false);
        } else if (op.kind == OpKind.DISK_DECOMMISSION) {
            pauseDrain(op, now);
        } else {
            op.at = At.PAUSED;
            for (OpModel part : openParts(op)) {
                if (part.at != At.PAUSED && !part.cancelling) {
                    pauseDrain(part, now);
                }
            }
        }
    }

    private void pauseDrain(OpModel drain, boolean now) {
        drain.at = At.PAUSED;
        for (OpModel move : openParts(drain)) {
            boolean copies = move.at == At.ADDED || move.at == At.SWAPPED;
            if (move.at != At.PAUSED && !move.cancelling && (!copies || now && move.at != At.SWAPPED)) {
                stop(move, false);
            }
        }
    }

    void resume(long id) {
        OpModel op = open(id);
        unless(held(op));
        resumed(op);
    }

    private static boolean held(OpModel op) {
        return !op.cancelling && (op.at == At.PAUSED || op.pausing);
    }

    private void resumed(OpModel op) {
        if (op.at == At.PAUSED) {
            op.at = op.kind == OpKind.NODE_DECOMMISSION ? At.RUNS : At.WAITS;
        } else {
            op.pausing = false;
        }
        openParts(op).stream().filter(VerbRules::held).forEach(this::resumed);
    }
}
