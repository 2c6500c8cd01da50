package io.kintsugi.sim.master;

import io.kintsugi.master.command.Envelope;
import io.kintsugi.master.state.Applied;
import io.kintsugi.master.state.ClusterState;
import io.kintsugi.master.state.Core;
import io.kintsugi.master.state.LogPosition;
import io.kintsugi.master.state.MasterCore;
import java.util.List;
import java.util.Optional;

/** The product's core, which remembers the last entry that it applied. */
final class NotingCore implements Core {
    private final MasterCore core = new MasterCore();
    private AppliedEntry last;

    /** Null before the first. */
    AppliedEntry last() {
        return last;
    }

    @Override
    public Applied apply(LogPosition at, List<Envelope> commands) {
        Applied applied = core.apply(at, commands);
        last = new AppliedEntry(at, commands, applied.outcomes(), applied.state());
        return applied;
    }

    @Override
    public ClusterState empty() {
        return core.empty();
    }

    @Override
    public void load(int table, byte[] key, byte[] value) {
        core.load(table, key, value);
    }

    @Override
    public ClusterState loaded() {
        return core.loaded();
    }

    @Override
    public Optional<DigestAt> recordedDigest() {
        return core.recordedDigest();
    }

    @Override
    public Optional<String> diverged() {
        return core.diverged();
    }
}
