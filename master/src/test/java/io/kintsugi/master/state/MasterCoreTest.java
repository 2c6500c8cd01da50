package io.kintsugi.master.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kintsugi.master.command.Command;
import io.kintsugi.master.command.Command.DecommissionDisk;
import io.kintsugi.master.command.Command.DropTable;
import io.kintsugi.master.command.Command.FinishDecommission;
import io.kintsugi.master.command.Command.SetSettings;
import io.kintsugi.master.command.Command.Tick;
import io.kintsugi.master.command.Command.VerifyDigest;
import io.kintsugi.master.command.Envelope;
import io.kintsugi.master.command.Outcome;
import io.kintsugi.master.model.AttemptEnd;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MasterCoreTest {
    private static final long HOUR = 3_600_000;

    private final TestCluster c = TestCluster.of(3, 2);

    private Envelope asked(String requestId, Command command) {
        return new Envelope(requestId, 0, c.time, "me", command);
    }

    @Test
    void aRetryGetsTheSameAnswerAndIsNotDoneTwice() {
        Outcome first = c.apply(asked("r1", new DecommissionDisk(1, 2)));
        Outcome refused = c.apply(asked("r2", new DecommissionDisk(1, 2)));
        long digest = c.state.digest();
        assertThat(c.apply(asked("r1", new DecommissionDisk(1, 2)))).isEqualTo(first);
        assertThat(c.apply(asked("r2", new DecommissionDisk(1, 2)))).isEqualTo(refused);
        assertThat(refused.reason()).isEqualTo("ALREADY_DECOMMISSIONING");
        assertThat(c.state.digest()).isEqualTo(digest);
        assertThat(c.apply(asked("r1", new DropTable(1))).reason()).isEqualTo("REQUEST_ID_REUSED");
        assertThat(c.apply(asked("x".repeat(129), new Tick())).reason()).isEqualTo("BAD_REQUEST_ID");
        c.sound();
    }

    @Test
    void answersAreForgottenAFewAtATimeAfterTheirTime() {
        for (int i = 0; i < 20; i++) {
            c.apply(asked("r" + i, new Tick()));
        }
        State before = (State) c.state;
        assertThat(before.rows(Schema.REQUESTS)).hasSize(20);
        c.time += Retention.REQUEST_MILLIS;
        c.ok(new SetSettings(Map.of()));
        assertThat(((State) c.state).rows(Schema.REQUESTS)).hasSize(20 - Retention.STEP);
        assertThat(((State) c.state).request("r0")).isEmpty();
        c.ok(new Tick());
        assertThat(((State) c.state).rows(Schema.REQUESTS)).isEmpty();
    }

    @Test
    void endedOpsAreForgottenWithTheirParts() {
        c.table("t", List.of(List.of(3, 1)));
        long parent = c.drain(1);
        long move = c.admit(parent, 1);
        c.ok(c.end(move, AttemptEnd.HOPELESS));
        advance(31);
        assertThat(c.state.op(move)).as("its parent runs").isPresent();
        c.ok(new FinishDecommission(parent, c.op(parent).revision(), false, "X", ""));
        advance(29);
        assertThat(c.state.op(parent)).isPresent();
        advance(1);
        assertThat(c.state.ops()).isEmpty();
        c.sound();
    }

    private void advance(int days) {
        for (int hour = 0; hour < days * 24; hour++) {
            c.time += HOUR;
            c.ok(new Tick());
        }
    }

    @Test
    void timeNeverGoesBack() {
        c.time -= 5_000;
        c.ok(new Tick());
        assertThat(c.state.cluster().orElseThrow().time()).isEqualTo(TestCluster.START);
        c.time += 6_000;
        c.ok(new Tick());
        assertThat(c.state.cluster().orElseThrow().time()).isEqualTo(TestCluster.START + 1_000);
    }

    @Test
    void aStepInTimeIsRefusedWithinATermAndTakenFromANewLeader() {
        c.time += HOUR + 1;
        c.refused("TIME_STEP", new Tick());
        c.term++;
        c.ok(new Tick());
        assertThat(c.state.cluster().orElseThrow().time()).isEqualTo(c.time);
        c.time += HOUR + 1;
        c.refused("TIME_STEP", new Tick());
        c.time -= 1;
        c.ok(new Tick());
    }

    @Test
    void whatADriverDecidedInAnotherTermIsRefused() {
        c.term = 7;
        assertThat(c.apply(new Envelope("", 7, c.time, "driver", new Tick())).accepted())
                .isTrue();
        assertThat(c.apply(new Envelope("", 6, c.time, "driver", new Tick())).reason())
                .isEqualTo("STALE_TERM");
        assertThat(c.lastChanges).isEmpty();
    }

    @Test
    void anEntryGivesEachChangedRowOnce() {
        Applied applied = c.core.apply(
                new LogPosition(1, 100),
                List.of(
                        asked("", new SetSettings(Map.of("DecommissionDpLimit", "3"))),
                        asked("", new SetSettings(Map.of("DecommissionDpLimit", "4"))),
                        asked("", new SetSettings(Map.of("DecommissionDpLimit", "5")))));
        assertThat(applied.outcomes()).allMatch(Outcome::accepted);
        assertThat(applied.changes())
                .as("the setting, and how often settings were changed")
                .extracting(Change::table)
                .containsExactlyInAnyOrder(Schema.SETTINGS.number(), Schema.COUNTERS.number());
        assertThat(applied.state().settings().explicit()).containsEntry("DecommissionDpLimit", "5");
    }

    @Test
    void aCommandSeesWhatTheOneBeforeItInTheEntryDid() {
        Applied applied = c.core.apply(
                new LogPosition(1, 100),
                List.of(asked("", new DecommissionDisk(1, 2)), asked("", new DecommissionDisk(1, 2))));
        assertThat(applied.outcomes()).extracting(Outcome::reason).containsExactly("", "ALREADY_DECOMMISSIONING");
    }

    @Test
    void digestsAreRecordedAndCompared() {
        c.index = DigestLog.INTERVAL - 1;
        assertThat(c.core.recordedDigest()).isEmpty();
        c.ok(new SetSettings(Map.of("DecommissionDpLimit", "3")));
        Core.DigestAt recorded = c.core.recordedDigest().orElseThrow();
        assertThat(recorded).isEqualTo(new Core.DigestAt(DigestLog.INTERVAL, c.state.digest()));
        c.ok(new SetSettings(Map.of("DecommissionDpLimit", "4")));
        assertThat(c.ok(new VerifyDigest(recorded.index(), recorded.digest())))
                .as("equal")
                .isEqualTo(1);
        assertThat(c.ok(new VerifyDigest(17, 17))).as("not known here").isZero();
        assertThat(c.core.diverged()).isEmpty();
        c.time += 1_000;
        c.refused("DIGEST_MISMATCH", new VerifyDigest(recorded.index(), recorded.digest() + 1));
        assertThat(c.core.diverged()).isPresent();
    }

    @Test
    void answersAreTheSameInEveryLocale() {
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
            assertThat(c.apply(new DecommissionDisk(99, 2)).message()).contains("99");
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void startingOverForgetsEverything() {
        assertThat(c.core.empty().nodes()).isEmpty();
        assertThat(c.core.loaded().digest()).isZero();
    }

    @Test
    void rowsOfAnUnknownTableAreNotPassedOver() {
        assertThatThrownBy(() -> c.core.load(99, new byte[4], new byte[0])).hasMessageContaining("99");
    }
}
