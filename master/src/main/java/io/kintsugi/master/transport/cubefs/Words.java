package io.kintsugi.master.transport.cubefs;

import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.OpStatus;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.model.RestoreMutex;
import io.kintsugi.master.view.View;

/** What the original calls things. */
final class Words {
    static final String INITIAL = "Initial";
    static final String MARKED = "Marked";
    static final String PAUSED = "Paused";
    static final String INITIAL_TYPE = "InitialDecommission";
    private static final String MANUAL_TYPE = "ManualDecommission";
    private static final String AUTO_TYPE = "AutoDecommission";
    private static final int MANUAL = 1;
    private static final int AUTO = 2;

    private Words() {}

    /** Who began it: of a partition's, that of the disk's that it is a part of. */
    static String type(View view, Op op) {
        return automatic(view, op) ? AUTO_TYPE : MANUAL_TYPE;
    }

    static int typeNumber(View view, Op op) {
        return automatic(view, op) ? AUTO : MANUAL;
    }

    private static boolean automatic(View view, Op op) {
        return op.automatic()
                || view.cluster().op(op.parent()).filter(Op::automatic).isPresent();
    }

    /** Of a partition's, a disk's or a datanode's decommission. */
    static String status(OpStatus status) {
        return switch (status) {
            case INITIAL -> INITIAL;
            case MARKED -> MARKED;
            case PAUSED -> PAUSED;
            case PREPARE -> "DecommissionPrepare";
            case RUNNING -> "Running";
            case SUCCESS -> "Success";
            case FAILED -> "Failed";
            case CANCELLED -> "DecommissionCancel";
        };
    }

    /** The same as the number that the original keeps. */
    static int statusNumber(OpStatus status) {
        return switch (status) {
            case INITIAL -> 0;
            case MARKED -> 1;
            case PAUSED -> 2;
            case PREPARE -> 3;
            case RUNNING -> 4;
            case SUCCESS -> 5;
            case FAILED -> 6;
            case CANCELLED -> 7;
        };
    }

    /** How far a move is, which the original tells for partitions of one or two replicas only. {@code move} may be null. */
    static String specialStep(Partition p, Op move) {
        String step = "Initial";
        if (move != null && p.target() <= 2 && move.holdsToken()) {
            step = switch (move.move().step()) {
                case NONE -> "Enter";
                case ADDED -> p.isInSync(move.move().destination()) ? "WaitAddResFin" : "WaitAddRes";
                case SWAPPED -> "RemoveOld";
            };
        }
        return "SpecialDecommission" + step;
    }

    static String mutex(RestoreMutex mutex) {
        return "RestoreReplicaMeta"
                + switch (mutex) {
                    case STOP -> "Stop";
                    case RUNNING -> "Running";
                    case FORBIDDEN -> "Forbidden";
                };
    }
}
