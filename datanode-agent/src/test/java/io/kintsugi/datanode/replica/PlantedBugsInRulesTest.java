package io.kintsugi.datanode.replica;

import static io.kintsugi.mutants.PlantedBug.bug;
import static io.kintsugi.mutants.PlantedBug.edit;

import io.kintsugi.mutants.DirectTests;
import io.kintsugi.mutants.PlantedBug;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Bugs so rare that the simulator would take long to meet them: the direct tests of their rules must fail when they are planted. */
class PlantedBugsInRulesTest {
    private static final String REPLICA = "io.kintsugi.datanode.replica.";

    /** The tests of rules that are to notice one of the bugs, by number. */
    public static final class Rules extends DirectTests {
        public Rules() {
            super(
                    () -> new PrimaryRulesTest().rule14TheElectedWaitsForItsOwnGrantsBeforeItCommitsOrGrows(),
                    () -> new PrimaryRulesTest().rule14AGrantCountsFromWhenTheAppendWasSentNotFromWhenTheAnswerCame(),
                    () -> new PrimaryRulesTest().rule14TheMemberThatIsProposedMustHaveGrantedToo(),
                    () -> new MemberRulesTest().section7InstallsACheckpointWithItsSourcesEpochAndGoesOnBehindIt());
        }
    }

    static List<PlantedBug> bugs() {
        return List.of(
                bug(
                        "LEASE_GROW",
                        "protocol",
                        "a new primary proposes a grow while a grant of its own still runs: who is grown in may be elected, and never granted",
                        edit(REPLICA + "Proposer", "if (!primary.waitedOut()) { return List.of(); }", "")),
                bug(
                        "LEASE_FROM_ACK",
                        "protocol",
                        "the holder counts from the arrival of the acknowledgement",
                        edit(
                                REPLICA + "PrimaryRole",
                                "ack.sentAtNanos() + ack.leaseNanos()",
                                "core.now + ack.leaseNanos()")),
                bug(
                        "LEASE_ONE_SET",
                        "protocol",
                        "while a grow is open the proposed member's grant isn't needed",
                        edit(
                                REPLICA + "Reads",
                                "if (progress.voter()) { voters++; valid",
                                "if (progress.granted) { voters++; valid")),
                bug(
                        "INSTALL_OLD_EPOCH",
                        "protocol",
                        "a checkpoint doesn't bring its source's epoch along",
                        edit(
                                REPLICA + "Replica",
                                "if (checkpoint.sourceConfig().epoch() > core.epoch) {",
                                "if (false) {")));
    }

    @ParameterizedTest
    @MethodSource("bugs")
    void isNoticed(PlantedBug bug) {
        new Rules().mustNotice(bug, bugs().indexOf(bug));
    }
}
