package io.kintsugi.sim.master;

import io.kintsugi.master.command.Envelope;
import io.kintsugi.master.command.Outcome;
import io.kintsugi.master.state.ClusterState;
import io.kintsugi.master.state.LogPosition;
import java.util.List;

/**
 * An entry of the masters' log, as the first master applied it.
 *
 * @param outcomes of each command
 * @param state after all of them
 */
public record AppliedEntry(LogPosition at, List<Envelope> commands, List<Outcome> outcomes, ClusterState state) {}
