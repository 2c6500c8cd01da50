package io.kintsugi.sim.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.kintsugi.master.command.Command;
import io.kintsugi.master.command.CommandCodec;
import io.kintsugi.master.command.Envelope;
import io.kintsugi.master.command.Outcome;
import io.kintsugi.master.model.OpStatus;
import io.kintsugi.master.state.Applied;
import io.kintsugi.master.state.Change;
import io.kintsugi.master.state.ClusterState;
import io.kintsugi.master.state.Invariants;
import io.kintsugi.master.state.LogPosition;
import io.kintsugi.master.state.MasterCore;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Whatever commands come, in whatever entries. A failure names its seed; the same seed repeats it. */
class CoreProperties {
    private static final int COMMANDS = 200;

    /** A history: envelopes as one core took them, one an entry, and what it answered. */
    private static final class Run {
        final MasterCore core = new MasterCore();
        final List<Envelope> envelopes = new ArrayList<>();
        final List<Outcome> outcomes = new ArrayList<>();
        final TreeMap<ByteBuffer, byte[]> store = new TreeMap<>();
        ClusterState state = core.empty();

        Applied step(Envelope e) {
            envelopes.add(e);
            Applied applied = core.apply(new LogPosition(1, envelopes.size()), List.of(e));
            outcomes.addAll(applied.outcomes());
            applied.changes().forEach(this::write);
            state = applied.state();
            return applied;
        }

        private void write(Change c) {
            ByteBuffer key = ByteBuffer.allocate(1 + c.key().length)
                    .put((byte) c.table())
                    .put(c.key())
                    .flip();
            if (c.value() == null) {
                assertThat(store.remove(key))
                        .as("a row that is removed was there")
                        .isNotNull();
            } else {
                store.put(key, c.value());
            }
        }

        MasterCore reloaded() {
            MasterCore other = new MasterCore();
            other.empty();
            store.forEach(
                    (key, value) -> other.load(key.get(0), Arrays.copyOfRange(key.array(), 1, key.limit()), value));
            return other;
        }
    }

    private static Run run(long seed) {
        Run run = new Run();
        RandomCommands commands = new RandomCommands(new Random(seed));
        RandomBalance balance = new RandomBalance(seed);
        for (int i = 0; i < COMMANDS; i++) {
            run.step(balance.next(run.state).orElseGet(() -> commands.next(run.state)));
        }
        return run;
    }

    @Property(tries = 60)
    void invariantsHoldAfterEveryCommand(@ForAll long seed) {
        Run run = new Run();
        RandomCommands commands = new RandomCommands(new Random(seed));
        RandomBalance balance = new RandomBalance(seed);
        for (int i = 0; i < COMMANDS; i++) {
            ClusterState before = run.state;
            Envelope e = balance.next(before).orElseGet(() -> commands.next(before));
            Applied applied = run.step(e);
            assertThat(Invariants.violations(run.state)).as("after %s", e).isEmpty();
            if (!applied.outcomes().get(0).accepted() && e.requestId().isEmpty()) {
                assertThat(applied.changes()).as("of the refused %s", e).isEmpty();
                assertThat(run.state.digest()).isEqualTo(before.digest());
            }
            assertThat(StepLaws.broken(e.command(), before, run.state)).isNull();
            if (!(e.command() instanceof Command.SetSettings)
                    && Invariants.limitsExceeded(before).isEmpty()) {
                assertThat(Invariants.limitsExceeded(run.state))
                        .as("after %s", e)
                        .isEmpty();
            }
        }
    }

    @Property(tries = 300)
    void theNaiveModelAgrees(@ForAll long seed) {
        Run run = new Run();
        Reference reference = new Reference();
        RandomCommands commands = new RandomCommands(new Random(seed));
        for (int i = 0; i < COMMANDS; i++) {
            ClusterState before = run.state;
            Envelope e = commands.next(before);
            Outcome outcome = run.step(e).outcomes().get(0);
            assertThat(reference.check(e, outcome, before, run.state)).isEmpty();
        }
    }

    @Property(tries = 40)
    void entriesDoNotMatter(@ForAll long seed) {
        Run run = run(seed);
        Random random = new Random(seed + 1);
        MasterCore other = new MasterCore();
        List<Outcome> outcomes = new ArrayList<>();
        ClusterState state = other.empty();
        for (int from = 0; from < run.envelopes.size(); ) {
            int to = Math.min(run.envelopes.size(), from + 1 + random.nextInt(20));
            byte[] entry = CommandCodec.encodeEntry(run.envelopes.subList(from, to));
            Applied applied = other.apply(new LogPosition(1, to), CommandCodec.decodeEntry(entry));
            outcomes.addAll(applied.outcomes());
            state = applied.state();
            from = to;
        }
        assertThat(outcomes).isEqualTo(run.outcomes);
        assertThat(state.digest()).isEqualTo(run.state.digest());
        assertThat(Invariants.violations(state)).isEmpty();
    }

    @Property(tries = 40)
    void whatTheStoreHoldsIsTheState(@ForAll long seed) {
        Run run = run(seed);
        MasterCore other = run.reloaded();
        assertThat(other.loaded().digest()).isEqualTo(run.state.digest());
        assertThat(Invariants.violations(other.loaded())).isEmpty();
        RandomCommands more = new RandomCommands(new Random(seed + 2));
        for (int i = 0; i < 50; i++) {
            Envelope e = more.next(run.state);
            LogPosition at = new LogPosition(1, run.envelopes.size() + 1);
            Applied own = run.step(e);
            Applied others = other.apply(at, List.of(e));
            assertThat(others.outcomes()).isEqualTo(own.outcomes());
            assertThat(others.state().digest()).isEqualTo(own.state().digest());
        }
    }

    /** The generator is worth something only if its commands are taken, and come to an end, often enough. */
    @Example
    void theGeneratorReachesEveryCommandAndEnding() {
        TreeSet<String> accepted = new TreeSet<>();
        TreeMap<OpStatus, Integer> ends = new TreeMap<>();
        for (long seed = 0; seed < 240; seed++) {
            Run run = run(seed);
            for (int i = 0; i < run.outcomes.size(); i++) {
                if (run.outcomes.get(i).accepted()) {
                    accepted.add(run.envelopes.get(i).command().getClass().getSimpleName());
                }
            }
            run.state.ops().forEach(op -> ends.merge(op.status(), 1, Integer::sum));
        }
        assertThat(accepted).hasSameSizeAs(Command.class.getPermittedSubclasses());
        assertThat(ends)
                .containsKeys(
                        OpStatus.SUCCESS,
                        OpStatus.FAILED,
                        OpStatus.CANCELLED,
                        OpStatus.PAUSED,
                        OpStatus.RUNNING,
                        OpStatus.MARKED);
    }
}
