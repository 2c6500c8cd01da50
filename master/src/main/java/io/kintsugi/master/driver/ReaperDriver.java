package io.kintsugi.master.driver;

import io.kintsugi.master.command.Command;
import io.kintsugi.master.model.Setting;
import io.kintsugi.master.model.Table;
import io.kintsugi.master.model.TableState;
import io.kintsugi.master.view.View;
import java.time.Duration;

/** Lets time pass in the state, for what is kept for a bounded time; removes dropped tables for good. An idle cluster writes next to nothing. */
final class ReaperDriver implements Driver {
    private static final Duration EVERY = Duration.ofSeconds(10);
    private static final Duration TELL_TIME = Duration.ofMinutes(10);
    private final Proposals proposals;
    private boolean changed = true;
    private long due;

    ReaperDriver(Proposals proposals, long nowNanos) {
        this.proposals = proposals;
        due = nowNanos + EVERY.toNanos();
        proposals.wakeAt(due, Subject.REAPER);
    }

    /** Something that may expire was written. */
    void changed() {
        changed = true;
    }

    @Override
    public void step(View view, Dirty dirty) {
        // its own proposal's outcome comes as dirty too: without the time, ticks would follow each other while anything
        // changes
        if (!dirty.reaper) {
            return;
        }
        if (view.nowNanos() - due < 0) {
            // an earlier call, such as after a tick without outcome, took the place of the timer
            proposals.wakeAt(due, Subject.REAPER);
            return;
        }
        due = view.nowNanos() + EVERY.toNanos();
        proposals.wakeAt(due, Subject.REAPER);
        if (changed || expired(view) || idle(view)) {
            // what the tick itself changes isn't a reason for another
            changed = !proposals.propose(Subject.REAPER, new Command.Tick());
        }
        long retention = view.setting(Setting.DROPPED_TABLE_RETENTION_MS);
        for (Table table : view.cluster().tables()) {
            if (table.state() == TableState.DROPPED && view.nowMillis() - table.droppedAt() >= retention) {
                proposals.propose(Subject.table(table.id()), new Command.PurgeTable(table.id()));
            }
        }
    }

    /** The core takes a long step of time for a broken clock, so time has to be told now and then. */
    private static boolean idle(View view) {
        return view.cluster()
                .cluster()
                .filter(c -> view.nowMillis() - c.time() > TELL_TIME.toMillis())
                .isPresent();
    }

    private static boolean expired(View view) {
        long retention = view.setting(Setting.ENDED_OP_RETENTION_MS);
        return view.cluster().ops().stream()
                .findFirst()
                .filter(op -> op.ended() && view.nowMillis() - op.times().ended() >= retention)
                .isPresent();
    }
}
