package io.kintsugi.master.plan.repair;

import io.kintsugi.master.command.Command;

/**
 * What a rule found wrong with a partition, and what mends it.
 *
 * @param rule the {@link Rule}'s name
 * @param reason stable, UPPER_SNAKE
 * @param message what is wrong, for people
 * @param action what is done about it, for people: {@code a new replica takes its place}
 * @param command that does it; null: nothing may be done without a human
 */
public record Repair(String rule, String reason, String message, String action, Command command) {
    /** Whether nothing may be done by itself. */
    public boolean alarm() {
        return command == null;
    }
}
