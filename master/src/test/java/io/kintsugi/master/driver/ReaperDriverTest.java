package io.kintsugi.master.driver;

import static org.assertj.core.api.Assertions.assertThat;

import io.kintsugi.master.command.Command;
import io.kintsugi.master.state.MasterCore;
import io.kintsugi.master.view.View;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReaperDriverTest {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final List<Long> alarms = new ArrayList<>();
    private int ticks;
    private final Proposals proposals = new Proposals() {
        @Override
        public boolean busy(Subject subject) {
            return false;
        }

        @Override
        public boolean propose(Subject subject, Command command) {
            ticks++;
            return true;
        }

        @Override
        public Collection<Command> outstanding() {
            return List.of();
        }

        @Override
        public void wakeAt(long nanos, Subject subject) {
            alarms.add(nanos);
        }

        @Override
        public void passing(String failpoint) {}
    };

    @Test
    void anEarlyWakeUpIsNotTheLast() {
        ReaperDriver reaper = new ReaperDriver(proposals, 0);
        step(reaper, 10 * SECOND);
        assertThat(ticks).isEqualTo(1);
        alarms.clear();

        step(reaper, 11 * SECOND); // the tick got no outcome, and its subject is looked at again

        assertThat(ticks).isEqualTo(1);
        assertThat(alarms)
                .as("a timer that is set earlier takes the place of a later one")
                .containsExactly(20 * SECOND);
    }

    private void step(ReaperDriver reaper, long now) {
        Dirty dirty = new Dirty();
        dirty.add(Subject.REAPER);
        reaper.step(new View(new MasterCore().empty(), null, now, now / 1_000_000, 1), dirty);
    }
}
