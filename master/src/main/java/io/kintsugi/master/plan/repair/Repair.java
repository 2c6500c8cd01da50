package io.kintsugi.master.plan.repair;

import io.kintsugi.master.command.Command;
import io.kintsugi.master.model.Member;

/**
 * What a rule found wrong with a partition, and what mends it.
 *
 * @param rule the {@link Rule}'s name
 * @param reason stable, UPPER_SNAKE
 * @param message what is wrong, for people
 * @param action what is done about it, for people: {@code a new replica takes its place}
 * @param command that does it; null: nothing may be done without a human, or there is something for a datanode to do
 * @param aside the replica that its datanode is to set aside as corrupt, or null
 */
public record Repair(String rule, String reason, String message, String action, Command command, Aside aside) {
    /**
     * A replica that holds something else than the others.
     *
     * @param index of the entry after which it does
     */
    public record Aside(Member member, long index) {}

    public Repair(String rule, String reason, String message, String action, Command command) {
        this(rule, reason, message, action, command, null);
    }

    /** Whether nothing may be done by itself. */
    public boolean alarm() {
        return command == null && aside == null;
    }
}
