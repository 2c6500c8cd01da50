package io.kintsugi.master.driver;

import io.kintsugi.master.command.Command;
import java.util.List;
import java.util.Optional;

/** Names of the points where a test may stop the leading master: before a proposal, or before a task is sent. */
public final class FailpointNames {
    public static final String DISK_MARKED = "master.decommission.marked";
    public static final String DECOMMISSION_FINISH = "master.decommission.finish";
    public static final String MOVE_ADMIT = "master.move.admit";
    public static final String MOVE_PREPARE = "master.move.prepare";
    public static final String MOVE_SEEDING = "master.move.seeding";
    public static final String MOVE_BEFORE_SWAP = "master.move.before-swap";
    public static final String MOVE_AFTER_SWAP = "master.move.after-swap";
    public static final String MOVE_BEFORE_DELETE_SOURCE = "master.move.before-delete-source";
    public static final String MOVE_FINISH = "master.move.finish";
    public static final String MOVE_READMIT = "master.move.readmit";
    public static final String MOVE_TAKE_BACK = "master.move.take-back";
    public static final String DISK_WAITS = "master.decommission.waits";
    public static final String OP_NOTE = "master.op.note";
    public static final String ELECT = "master.elect";
    public static final String IN_SYNC = "master.in-sync";
    public static final String REPLACE = "master.replace";
    public static final String RECOVERY_CHOOSE = "master.recovery.choose";
    public static final String RECOVERY_FINISH = "master.recovery.finish";
    public static final String RECOVER_DATA_BEFORE_FENCE = "master.recover-data.before-fence";
    public static final String RECOVER_DATA_BEFORE_FINISH = "master.recover-data.before-finish";

    /**
     * In the order in which a drain passes them; the last ones only when something goes wrong on the way. Those of the recovery of all data aren't
     * here: nothing but that passes them.
     */
    public static final List<String> ALL = List.of(
            DISK_MARKED,
            MOVE_ADMIT,
            MOVE_PREPARE,
            MOVE_SEEDING,
            OP_NOTE,
            IN_SYNC,
            ELECT,
            MOVE_BEFORE_SWAP,
            MOVE_AFTER_SWAP,
            MOVE_BEFORE_DELETE_SOURCE,
            MOVE_FINISH,
            DECOMMISSION_FINISH,
            MOVE_TAKE_BACK,
            MOVE_READMIT,
            DISK_WAITS,
            REPLACE,
            RECOVERY_CHOOSE,
            RECOVERY_FINISH);

    private FailpointNames() {}

    /** The point that stands before the proposal of this command, if it has one. */
    static Optional<String> before(Command command) {
        return Optional.ofNullable(
                switch (command) {
                    case Command.AdmitDisk c -> c.admitted() ? DISK_MARKED : DISK_WAITS;
                    case Command.AdmitMove c -> MOVE_ADMIT;
                    case Command.StartMove c -> MOVE_PREPARE;
                    case Command.StartSalvage c -> MOVE_PREPARE;
                    case Command.SwapSalvaged c -> MOVE_BEFORE_SWAP;
                    case Command.SwapMove c -> MOVE_BEFORE_SWAP;
                    case Command.FinishMove c -> MOVE_FINISH;
                    case Command.ReadmitMove c -> MOVE_READMIT;
                    case Command.EndAttempt c -> MOVE_TAKE_BACK;
                    case Command.NoteOp c -> OP_NOTE;
                    case Command.FinishDecommission c -> DECOMMISSION_FINISH;
                    case Command.Elect c -> ELECT;
                    case Command.ChangeInSync c -> IN_SYNC;
                    case Command.RepairReplica c -> REPLACE;
                    case Command.ChooseSurvivor c -> RECOVERY_CHOOSE;
                    case Command.FinishRecovery c -> RECOVERY_FINISH;
                    case Command.FenceForData c -> RECOVER_DATA_BEFORE_FENCE;
                    case Command.FinishRecoverData c -> RECOVER_DATA_BEFORE_FINISH;
                    default -> null;
                });
    }
}
