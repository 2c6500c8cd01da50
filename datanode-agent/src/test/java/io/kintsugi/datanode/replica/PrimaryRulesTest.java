package io.kintsugi.datanode.replica;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What a primary must and must not do; the numbers are those of the rules in DESIGN section 6. */
class PrimaryRulesTest {
    /** Replica 1, primary of epoch 1 with 2 and 3 in-sync, which have answered its first question. */
    private static Rig primary() {
        return primary(Rig.config(1, 1, 1, 2, 3));
    }

    private static Rig primary(Config config) {
        Rig rig = Rig.created(1, config);
        rig.acknowledges(2, 0);
        rig.acknowledges(3, 0);
        return rig;
    }

    @Test
    void rule1CommitsWhenEveryVoterAndItselfHaveSynced() {
        Rig rig = primary();
        rig.write(100);
        assertThat(rig.last(2, Message.Append.class).entries())
                .as("sent before its own sync")
                .hasSize(1);

        rig.acknowledges(2, 1);
        rig.acknowledges(3, 1);
        assertThat(rig.commit()).as("its own sync is still running").isZero();

        rig.sync();
        assertThat(rig.commit()).isEqualTo(1);
        assertThat(rig.writes).containsEntry(100L, WriteOutcome.OK);
        assertThat(rig.applied).hasSize(1);
    }

    @Test
    void aConditionIsDecidedBehindAllThatTheLogHoldsAndItsRefusalIsCommittedLikeAWrite() {
        Rig rig = primary();
        rig.writeIfAbsent(100);
        rig.writeIfAbsent(101);

        assertThat(rig.judged.get(0)).isEmpty();
        assertThat(rig.judged.get(1)).extracting(Entry::op).containsExactly(Entry.Op.PUT);
        rig.sync();
        rig.acknowledges(2, 2);
        assertThat(rig.writes).as("not before it is committed").isEmpty();
        rig.acknowledges(3, 2);
        assertThat(rig.applied).extracting(Entry::op).containsExactly(Entry.Op.PUT, Entry.Op.REFUSED);
        assertThat(rig.writes).containsEntry(100L, WriteOutcome.OK).containsEntry(101L, WriteOutcome.CONDITION_FAILED);
    }

    @Test
    void whenARecordGoesIsWrittenIntoTheLogByWhatItsWriterSaysOrItsTable() {
        TableDefinition table = new TableDefinition(1, "t", 1, 3, 1, "crc32c", false, 0, 500);
        WriteRequest said = new WriteRequest(Entry.Op.PUT, new byte[1], new byte[1], 5, 1, 1_000, 30, null);
        WriteRequest unsaid = new WriteRequest(Entry.Op.PUT, new byte[1], new byte[1], 5, 1, 1_000);
        WriteRequest kept = new WriteRequest(Entry.Op.PUT, new byte[1], new byte[1], 5, 1, 1_000, -1, null);
        WriteRequest delete = new WriteRequest(Entry.Op.DELETE, new byte[1], new byte[0], 5, 1, 1_000);

        assertThat(said.expiresMs(table, 0)).isEqualTo(1_030);
        assertThat(said.expiresMs(table, 2_000))
                .as("a full life, though the clock is behind")
                .isEqualTo(2_030);
        assertThat(unsaid.expiresMs(table, 0)).isEqualTo(1_500);
        assertThat(unsaid.expiresMs(null, 0)).isZero();
        assertThat(kept.expiresMs(table, 0)).isZero();
        assertThat(delete.expiresMs(table, 0)).isZero();
    }

    @Test
    void rule1OneMissingVoterHoldsUpTheCommit() {
        Rig rig = primary();
        rig.write(100);
        rig.sync();
        rig.acknowledges(2, 1);
        assertThat(rig.commit()).isZero();
        assertThat(rig.writes).isEmpty();
    }

    @Test
    void rule4ABareNoticeTellsTheLastCommitAndThenAllIsQuiet() {
        Rig rig = primary();
        rig.write(100);
        rig.sync();
        rig.acknowledges(2, 1);
        rig.acknowledges(3, 1);
        rig.passes(Rig.OPTIONS.noticeDelay());
        assertThat(rig.last(2, Message.Append.class).commitIndex()).isEqualTo(1);

        rig.acknowledges(2, 1);
        rig.acknowledges(3, 1);
        assertThat(rig.wakeAt).as("an idle partition has no timer").isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void rule7RefusesBelowMinInSyncAndAnswersUnknownWhatCommitsBelowIt() {
        Rig rig = primary(Rig.configMin(1, 1, 2, 1, 2, 3));
        rig.write(100);
        rig.sync();
        rig.machine.onConfiguration(Rig.configMin(2, 1, 2, 1), rig.now);
        rig.sync();
        assertThat(rig.writes).containsEntry(100L, WriteOutcome.UNKNOWN);

        rig.write(101);
        assertThat(rig.writes).containsEntry(101L, WriteOutcome.BELOW_MIN_IN_SYNC);
    }

    @Test
    void aMarkIsMadeOncePerRequestBelowMinInSyncTooAndAnswersNobody() {
        Rig rig = Rig.created(1, Rig.configMin(1, 1, 2, 1));
        rig.machine.onVerify(9, 1_234, rig.now);
        rig.machine.onVerify(9, 5_678, rig.now);
        rig.sync();
        assertThat(rig.applied).hasSize(1);
        assertThat(rig.applied.get(0).isMark()).isTrue();
        assertThat(rig.applied.get(0).sequence()).isEqualTo(9);
        assertThat(rig.applied.get(0).timeMs()).isEqualTo(1_234);

        rig.machine.onVerify(10, 6_000, rig.now);
        rig.sync();
        assertThat(rig.applied).hasSize(2);
        assertThat(rig.writes).isEmpty();
    }

    @Test
    void whoIsNotPrimaryMakesNoMark() {
        Rig rig = Rig.created(2, Rig.config(1, 1, 1, 2, 3));
        rig.machine.onVerify(9, 1_234, rig.now);
        assertThat(rig.machine.status().last().index()).isZero();
    }

    @Test
    void rule7OpenWritesOfADeposedPrimaryAreUnknown() {
        Rig rig = primary();
        rig.write(100);
        rig.machine.onConfiguration(Rig.config(2, 2, 1, 2, 3), rig.now);
        assertThat(rig.writes).containsEntry(100L, WriteOutcome.UNKNOWN);
        rig.write(101);
        assertThat(rig.writes).containsEntry(101L, WriteOutcome.NOT_PRIMARY);
    }

    @Test
    void rule8NothingIsDoneInAnEpochThatIsNotSynced() {
        Rig rig = new Rig();
        rig.machine = Replica.create(1, rig, Rig.OPTIONS, rig, rig.now);
        rig.machine.onConfiguration(Rig.config(1, 1, 1, 2, 3), rig.now);
        rig.write(100);
        assertThat(rig.sent).isEmpty();
        assertThat(rig.machine.status().role()).isNotEqualTo(Role.PRIMARY);

        rig.sync();
        assertThat(rig.machine.status().role()).isEqualTo(Role.PRIMARY);
        assertThat(rig.sentAny(2, Message.Append.class)).isTrue();
    }

    @Test
    void rule9ARestartedPrimaryHasNoRoleUntilAHigherEpochNamesIt() {
        Rig rig = primary();
        rig.restart(Rig.OPTIONS, EntryId.NONE);
        assertThat(rig.machine.status().role()).isEqualTo(Role.NONE);
        rig.machine.onConfiguration(Rig.config(1, 1, 1, 2, 3), rig.now);
        assertThat(rig.machine.status().role()).isEqualTo(Role.NONE);

        rig.machine.onConfiguration(Rig.config(2, 1, 1, 2, 3), rig.now);
        rig.sync();
        assertThat(rig.machine.status().role()).isEqualTo(Role.PRIMARY);
    }

    @Test
    void rule10AProposalIsRepeatedWithItsRequestIdAndVotesUntilAHigherEpoch() {
        Rig rig = primary(Rig.config(1, 1, 1, 2));
        assertThat(rig.proposals).extracting(Proposal::inSync).containsExactly(List.of(1L, 2L, 3L));

        rig.write(100);
        rig.sync();
        rig.acknowledges(2, 1);
        assertThat(rig.commit()).as("3 votes from the proposal on").isZero();

        rig.machine.onConfiguration(Rig.config(1, 1, 1, 2), rig.now);
        assertThat(rig.commit()).as("a refusal closes nothing").isZero();
        rig.passes(Rig.OPTIONS.retryInterval());
        assertThat(rig.proposals)
                .hasSizeGreaterThan(1)
                .extracting(Proposal::requestId)
                .containsOnly(rig.proposals.get(0).requestId());
    }

    @Test
    void rule10WithdrawsAGrowWhoseMemberFallsSilentByProposingThePresentSet() {
        Rig rig = primary(Rig.config(1, 1, 1, 2));
        rig.write(100);
        rig.sync();
        rig.acknowledges(2, 1);
        rig.passes(Rig.OPTIONS.ackTimeout());
        assertThat(rig.proposals.get(rig.proposals.size() - 1).inSync()).containsExactly(1L, 2L);
        assertThat(rig.commit()).as("3 still votes").isZero();
    }

    @Test
    void rule11ShrinksWithoutThoseWhoLagAndOnlyThose() {
        Rig rig = primary();
        rig.write(100);
        rig.sync();
        rig.acknowledges(2, 1);
        rig.passes(Rig.OPTIONS.ackTimeout() - 1);
        assertThat(rig.proposals).isEmpty();
        rig.passes(1);
        assertThat(rig.proposals).extracting(Proposal::inSync).containsExactly(List.of(1L, 2L));
        assertThat(rig.commit()).as("the smaller set counts when it is granted").isZero();

        rig.machine.onConfiguration(Rig.config(2, 1, 1, 2), rig.now);
        rig.sync();
        assertThat(rig.commit()).as("acknowledgements are asked for anew").isZero();
        rig.acknowledges(2, 1);
        assertThat(rig.commit()).isEqualTo(1);
        assertThat(rig.writes).containsEntry(100L, WriteOutcome.OK);
    }

    @Test
    void rule11ShrinksWithoutThoseTooWhoOweForHalfAsLong() {
        Rig rig = primary();
        rig.write(100);
        rig.sync();
        rig.acknowledges(2, 1);
        rig.passes(Rig.OPTIONS.ackTimeout() / 2);
        rig.write(101);
        rig.sync();
        rig.passes(Rig.OPTIONS.ackTimeout() - Rig.OPTIONS.ackTimeout() / 2);

        assertThat(rig.proposals)
                .as("cut off from both, it says so at once, whatever each of them owed when")
                .extracting(Proposal::inSync)
                .containsExactly(List.of(1L));
    }

    @Test
    void rule12GrowsOnlyWhoHasAllUpToTheFloor() {
        Rig rig = Rig.created(1, Rig.config(1, 2, 1, 2, 3));
        Config first = Rig.config(1, 2, 1, 2, 3);
        rig.hears(2, Rig.append(first, EntryId.NONE, 0, 1, Rig.entry(1, 1), Rig.entry(1, 2)));
        rig.sync();
        rig.machine.onConfiguration(Rig.config(2, 1, 1), rig.now);
        rig.sync();
        rig.passes(Rig.OPTIONS.grant());
        assertThat(rig.commit()).as("alone, it commits what it inherited").isEqualTo(2);

        rig.acknowledges(3, 1);
        assertThat(rig.proposals).isEmpty();
        rig.acknowledges(3, 2);
        assertThat(rig.proposals).extracting(Proposal::inSync).containsExactly(List.of(1L, 3L));
    }

    @Test
    void rule14TheElectedWaitsForItsOwnGrantsBeforeItCommitsOrGrows() {
        Rig rig = Rig.created(1, Rig.config(1, 2, 1, 2, 3));
        rig.hears(2, Rig.append(Rig.config(1, 2, 1, 2, 3), EntryId.NONE, 0, 1));
        rig.machine.onConfiguration(Rig.config(2, 1, 1), rig.now);
        rig.sync();
        rig.acknowledges(3, 0);
        rig.write(100);
        rig.sync();
        rig.acknowledges(3, 1);
        assertThat(rig.commit()).isZero();
        assertThat(rig.proposals)
                .as("whom it grows in could be elected, and has nothing to wait for")
                .isEmpty();

        assertThat(rig.wakeAt).isLessThanOrEqualTo(rig.now + Rig.OPTIONS.grant());
        rig.passes(Rig.OPTIONS.grant());
        assertThat(rig.commit()).isEqualTo(1);
        assertThat(rig.proposals).hasSize(1);
    }

    @Test
    void rule14ReadsByGrantsOfEveryVoterCountedFromSending() {
        Rig rig = primary();
        rig.machine.onClientRead(1, rig.now);
        assertThat(rig.reads).containsEntry(1L, ReadOutcome.GRANTED);

        rig.now += Rig.OPTIONS.lease();
        rig.machine.onClientRead(2, rig.now);
        assertThat(rig.reads).as("the grants are over").doesNotContainKey(2L);
    }

    @Test
    void rule14AGrantCountsFromWhenTheAppendWasSentNotFromWhenTheAnswerCame() {
        Rig rig = Rig.created(1, Rig.config(1, 1, 1, 2, 3));
        rig.now += Rig.OPTIONS.lease();
        rig.acknowledges(2, 0);
        rig.acknowledges(3, 0);
        rig.machine.onClientRead(1, rig.now);
        assertThat(rig.reads).isEmpty();
    }

    @Test
    void rule14TheMemberThatIsProposedMustHaveGrantedToo() {
        Rig rig = primary(Rig.config(1, 1, 1, 2));
        rig.now += Rig.OPTIONS.lease() - Rig.MS;
        rig.machine.onClientRead(1, rig.now);
        assertThat(rig.reads).as("all grants are valid, and are asked for anew").containsOnlyKeys(1L);
        rig.acknowledges(2, 0);
        rig.now += 2 * Rig.MS;
        rig.machine.onClientRead(2, rig.now);
        assertThat(rig.reads).as("3 is proposed and its grant is over").containsOnlyKeys(1L);
    }

    @Test
    void rule15EveryVoterConfirmsAReadThatCameInBefore() {
        Rig rig = primary();
        rig.now += Rig.OPTIONS.lease();
        rig.machine.onClientRead(1, rig.now);
        long round = rig.last(2, Message.ConfirmRead.class).round();
        rig.hears(2, new Message.ReadConfirmed(1, round));
        assertThat(rig.reads).as("two of three are not every voter").isEmpty();
        rig.machine.onClientRead(2, rig.now);

        rig.hears(3, new Message.ReadConfirmed(1, round));
        assertThat(rig.reads).containsOnlyKeys(1L);
        rig.hears(2, new Message.ReadConfirmed(1, round + 1));
        rig.hears(3, new Message.ReadConfirmed(1, round + 1));
        assertThat(rig.reads).containsOnlyKeys(1L, 2L);
    }

    @Test
    void section7AMemberThatNeedsFreedLogIsOfferedACheckpointOfAnother() {
        Rig rig = primary(Rig.config(1, 1, 1, 2));
        rig.write(100);
        rig.write(101);
        rig.sync();
        rig.acknowledges(2, 2);
        rig.acknowledges(3, 2);
        rig.machine.onFlushed(2, rig.now);
        assertThat(rig.freed).contains(2L);

        rig.machine.onConfiguration(Rig.config(2, 1, 1, 2), rig.now);
        rig.sync();
        rig.acknowledges(2, 2);
        rig.hears(3, new Message.Reject(2, 2, 1, null));
        assertThat(rig.last(3, Message.SeedOffer.class).source().replica()).isEqualTo(2);
        assertThat(rig.last(3, Message.SeedOffer.class).neededIndex()).isEqualTo(2);
    }

    @Test
    void section7AMemberThatWasNotThereWhenItWasAskedIsServedAsSoonAsItSpeaks() {
        Rig rig = Rig.created(1, Rig.config(1, 1, 1, 2));
        rig.write(100);
        rig.sync();
        rig.sent.clear();
        rig.hears(3, new Message.Reject(1, 1, 1, null));
        assertThat(rig.last(3, Message.Append.class).entries()).hasSize(1);
    }

    @Test
    void aLostAppendIsSentAgain() {
        Rig rig = primary();
        rig.write(100);
        rig.sync();
        rig.sent.clear();
        rig.passes(Rig.OPTIONS.retryInterval());
        assertThat(rig.last(2, Message.Append.class).prevIndex()).isZero();
        rig.acknowledges(2, 0);
        assertThat(rig.last(2, Message.Append.class).entries())
                .extracting(Entry::index)
                .containsExactly(1L);
    }
}
