package io.kintsugi.master.state;

import io.kintsugi.master.command.Outcome;
import java.util.List;

/**
 * What applying one Raft entry gave.
 *
 * @param outcomes one for each command of the entry, in order
 * @param changes what the store has to write, with the entry's position, in one batch
 * @param state the state after the entry
 */
public record Applied(List<Outcome> outcomes, List<Change> changes, ClusterState state) {}
