package io.kintsugi.datanode.replica;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What a member must and must not do; the numbers are those of the rules in DESIGN section 6. */
class MemberRulesTest {
    private static final Config FIRST = Rig.config(1, 1, 1, 2, 3);
    private static final Config SECOND = Rig.config(2, 3, 2, 3);

    private static EntryId id(long epoch, long index) {
        return new EntryId(epoch, index);
    }

    /** Replica 2 with entries (1,1) to (1,3) of primary 1, of which one is committed. */
    private static Rig member() {
        Rig rig = Rig.created(2, FIRST);
        rig.hears(1, Rig.append(FIRST, EntryId.NONE, 1, 10, Rig.entry(1, 1), Rig.entry(1, 2), Rig.entry(1, 3)));
        rig.sync();
        return rig;
    }

    @Test
    void rule3AcknowledgesAfterTheSyncWhatTheMessageProved() {
        Rig rig = Rig.created(2, FIRST);
        rig.hears(1, Rig.append(FIRST, EntryId.NONE, 0, 10, Rig.entry(1, 1)));
        assertThat(rig.sentAny(1, Message.Ack.class)).isFalse();
        rig.sync();
        assertThat(rig.last(1, Message.Ack.class)).isEqualTo(new Message.Ack(1, 1, 10, Rig.OPTIONS.lease()));
    }

    @Test
    void rule3NeverAcknowledgesTheEndOfItsOwnLog() {
        Rig rig = member();
        rig.hears(3, Rig.append(SECOND, id(1, 2), 2, 20));
        rig.sync();
        assertThat(rig.last(3, Message.Ack.class).index()).isEqualTo(2);
        assertThat(rig.commit()).as("nor commits to it").isEqualTo(2);
    }

    @Test
    void rule2NamesTheIndexToTryNextWhenTheEntryBeforeIsMissing() {
        Rig rig = member();
        rig.hears(1, Rig.append(FIRST, id(1, 9), 1, 20));
        assertThat(rig.last(1, Message.Reject.class).nextIndex()).isEqualTo(4);

        rig.hears(3, Rig.append(SECOND, id(2, 3), 1, 20));
        rig.sync();
        assertThat(rig.last(3, Message.Reject.class).nextIndex())
                .as("past what it has applied")
                .isEqualTo(2);
    }

    @Test
    void rule2DropsWhatDiffersAndAppendsInOneBatch() {
        Rig rig = member();
        rig.hears(3, Rig.append(SECOND, id(1, 1), 1, 20, Rig.entry(1, 2), Rig.entry(2, 3)));
        Batch batch = rig.batches.get(rig.batches.size() - 1);
        assertThat(batch.truncateFrom()).isEqualTo(3);
        assertThat(batch.entries()).extracting(Entry::epoch).containsExactly(2L);
        assertThat(batch.config()).as("rule 8: the epoch is stored with it").isEqualTo(SECOND);
        rig.sync();
        assertThat(rig.machine.status().last()).isEqualTo(id(2, 3));
    }

    @Test
    void rule2DropsNothingBecauseAMessageEnds() {
        Rig rig = member();
        rig.hears(1, Rig.append(FIRST, EntryId.NONE, 1, 20, Rig.entry(1, 1)));
        assertThat(rig.machine.status().last()).isEqualTo(id(1, 3));
    }

    @Test
    void rule4AppliesOnlyWhatIsCommittedAndNothingAfterARestartUntilAPrimarySaysSo() {
        Rig rig = member();
        assertThat(rig.applied).hasSize(1);
        rig.applied.clear();
        rig.restart(Rig.OPTIONS, EntryId.NONE);
        assertThat(rig.applied).isEmpty();
        rig.hears(1, Rig.append(FIRST, id(1, 3), 2, 30));
        assertThat(rig.applied).hasSize(2);
    }

    @Test
    void rule5StopsRatherThanDropACommittedEntry() {
        Rig rig = member();
        rig.hears(3, Rig.append(SECOND, EntryId.NONE, 0, 20, Rig.entry(2, 1)));
        assertThat(rig.alarms).containsExactly("COMMITTED_ENTRY_DIFFERS");
        assertThat(rig.machine.status().alarm()).contains("entry 1");
        int batches = rig.batches.size();
        rig.hears(3, Rig.append(SECOND, id(1, 3), 3, 20, Rig.entry(2, 4)));
        assertThat(rig.batches).hasSize(batches);
    }

    @Test
    void rule8RefusesALowerEpochAndNamesItsOwnOnceThatIsSynced() {
        Rig rig = member();
        rig.sent.clear();
        rig.machine.onConfiguration(Rig.config(2, 3, 1, 2, 3), rig.now);
        rig.hears(1, Rig.append(FIRST, id(1, 3), 3, 20, Rig.entry(1, 4)));
        assertThat(rig.sentAny(1, Message.Reject.class)).isFalse();
        rig.sync();
        assertThat(rig.last(1, Message.Reject.class).config().epoch()).isEqualTo(2);
        assertThat(rig.machine.status().last()).isEqualTo(id(1, 3));
    }

    @Test
    void rule8AnEpochWithoutItsConfigurationIsNotTaken() {
        Rig rig = member();
        rig.hears(3, new Message.Append(2, null, 1, 3, java.util.List.of(), 1, 20, 0));
        assertThat(rig.machine.config().epoch()).isEqualTo(1);
    }

    @Test
    void rule18AConfigurationWithoutPrimaryFencesEverybody() {
        Rig rig = member();
        rig.machine.onConfiguration(Rig.config(2, 0, 1, 2, 3), rig.now);
        rig.sync();
        rig.hears(1, Rig.append(FIRST, id(1, 3), 3, 20));
        assertThat(rig.last(1, Message.Reject.class).epoch()).isEqualTo(2);
        assertThat(rig.commit()).isEqualTo(1);
    }

    @Test
    void rule14ARestartedGranterCountsAFullLeaseFromItsStart() {
        Rig rig = member();
        rig.now += 10 * Rig.OPTIONS.lease();
        rig.restart(Rig.OPTIONS, id(1, 1));
        rig.machine.onConfiguration(Rig.config(2, 2, 2), rig.now);
        rig.sync();
        assertThat(rig.commit()).isEqualTo(1);
        rig.passes(Rig.OPTIONS.grant());
        assertThat(rig.commit()).isEqualTo(3);
    }

    @Test
    void rule16FreesUpToItsFlushedDataAndThePrimarysBound() {
        Rig rig = member();
        rig.machine.onFlushed(1, rig.now);
        assertThat(rig.freed).as("the primary has not said so").isEmpty();
        rig.hears(1, new Message.Append(1, null, 1, 3, java.util.List.of(), 3, 30, 2));
        assertThat(rig.freed).containsExactly(1L);
        rig.machine.onFlushed(3, rig.now);
        assertThat(rig.freed).containsExactly(1L, 2L);
    }

    @Test
    void section7OneThatWasJustCreatedTellsItsPrimaryThatItIsThere() {
        Rig rig = Rig.created(2, FIRST);
        assertThat(rig.last(1, Message.Reject.class)).isEqualTo(new Message.Reject(1, 1, 1, null));
        rig.sent.clear();
        rig.machine.onConfiguration(SECOND, rig.now);
        rig.sync();
        assertThat(rig.sent).as("once is enough").isEmpty();
    }

    @Test
    void section7InstallsACheckpointWithItsSourcesEpochAndGoesOnBehindIt() {
        Rig rig = member();
        rig.hears(1, new Message.SeedOffer(1, Rig.member(3), 8));
        assertThat(rig.seeds).containsExactly(3L);
        rig.machine.onSeedReady(new Checkpoint(id(2, 9), SECOND), rig.now);
        Batch batch = rig.batches.get(rig.batches.size() - 1);
        assertThat(batch.install().last()).isEqualTo(id(2, 9));
        assertThat(batch.config()).isEqualTo(SECOND);

        rig.sync();
        assertThat(rig.machine.status().appliedIndex()).isEqualTo(9);
        assertThat(rig.last(3, Message.Reject.class).nextIndex())
                .as("tells its primary where to go on")
                .isEqualTo(10);
        rig.hears(3, Rig.append(SECOND, id(2, 9), 9, 40, Rig.entry(2, 10)));
        rig.sync();
        assertThat(rig.last(3, Message.Ack.class).index()).isEqualTo(10);
    }

    @Test
    void section7ACheckpointThatItsLogHasPassedIsDropped() {
        Rig rig = member();
        rig.hears(1, new Message.SeedOffer(1, Rig.member(3), 2));
        rig.machine.onSeedReady(new Checkpoint(id(1, 2), FIRST), rig.now);
        assertThat(rig.seedDropped).isTrue();
        assertThat(rig.machine.status().last()).isEqualTo(id(1, 3));
    }
}
