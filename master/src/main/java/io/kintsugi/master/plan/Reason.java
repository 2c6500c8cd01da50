package io.kintsugi.master.plan;

import io.kintsugi.master.command.Command;
import io.kintsugi.master.model.Op;

/**
 * Why something can't be done, or not yet.
 *
 * @param code stable, UPPER_SNAKE
 * @param message names the values, the rule and the remedy
 * @param passing whether it ends by itself soon: for what waits so, nothing else needs to be given up
 */
public record Reason(String code, String message, boolean passing) {
    public static Reason of(String code, String message) {
        return new Reason(code, message, false);
    }

    public static Reason passing(String code, String message) {
        return new Reason(code, message, true);
    }

    /** Persists that the op waits for this; how far it is stays as it is noted. */
    public Command.NoteOp noteOn(Op op) {
        return new Command.NoteOp(
                op.id(),
                op.revision(),
                code,
                message,
                op.progress().bytesDone(),
                op.progress().bytesTotal());
    }
}
