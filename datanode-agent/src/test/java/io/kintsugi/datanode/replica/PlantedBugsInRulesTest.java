package io.kintsugi.datanode.replica;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Bugs so rare that the simulator would take long to meet them: the direct tests of their rules must fail when they are planted. */
class PlantedBugsInRulesTest {
    @AfterEach
    void unplant() {
        Rig.bug = Mutation.NONE;
    }

    @Test
    void leaseGrow() {
        finds(Mutation.LEASE_GROW, new PrimaryRulesTest()::rule14TheElectedWaitsForItsOwnGrantsBeforeItCommitsOrGrows);
    }

    @Test
    void leaseFromAck() {
        finds(
                Mutation.LEASE_FROM_ACK,
                new PrimaryRulesTest()::rule14AGrantCountsFromWhenTheAppendWasSentNotFromWhenTheAnswerCame);
    }

    @Test
    void leaseOneSet() {
        finds(Mutation.LEASE_ONE_SET, new PrimaryRulesTest()::rule14TheMemberThatIsProposedMustHaveGrantedToo);
    }

    @Test
    void installOldEpoch() {
        finds(
                Mutation.INSTALL_OLD_EPOCH,
                new MemberRulesTest()::section7InstallsACheckpointWithItsSourcesEpochAndGoesOnBehindIt);
    }

    private static void finds(Mutation bug, Runnable test) {
        Rig.bug = bug;
        assertThatThrownBy(test::run).as("%s is not noticed", bug).isInstanceOf(AssertionError.class);
    }
}
