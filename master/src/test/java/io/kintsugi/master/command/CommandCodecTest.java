package io.kintsugi.master.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kintsugi.master.command.Command.AcknowledgeOp;
import io.kintsugi.master.command.Command.AddReplica;
import io.kintsugi.master.command.Command.AdmitDisk;
import io.kintsugi.master.command.Command.AdmitMove;
import io.kintsugi.master.command.Command.CancelOp;
import io.kintsugi.master.command.Command.ChangeInSync;
import io.kintsugi.master.command.Command.ChooseSurvivor;
import io.kintsugi.master.command.Command.CreateTable;
import io.kintsugi.master.command.Command.DecommissionDisk;
import io.kintsugi.master.command.Command.DecommissionNode;
import io.kintsugi.master.command.Command.DeleteOps;
import io.kintsugi.master.command.Command.DiskFact;
import io.kintsugi.master.command.Command.DropTable;
import io.kintsugi.master.command.Command.Elect;
import io.kintsugi.master.command.Command.EndAttempt;
import io.kintsugi.master.command.Command.EngageBrake;
import io.kintsugi.master.command.Command.FailRecovery;
import io.kintsugi.master.command.Command.FenceForData;
import io.kintsugi.master.command.Command.FencePartition;
import io.kintsugi.master.command.Command.FinishBalance;
import io.kintsugi.master.command.Command.FinishDecommission;
import io.kintsugi.master.command.Command.FinishMove;
import io.kintsugi.master.command.Command.FinishRecoverData;
import io.kintsugi.master.command.Command.FinishRecovery;
import io.kintsugi.master.command.Command.HoldReplica;
import io.kintsugi.master.command.Command.InitCluster;
import io.kintsugi.master.command.Command.MoveReplica;
import io.kintsugi.master.command.Command.NoteNodeDead;
import io.kintsugi.master.command.Command.NoteOp;
import io.kintsugi.master.command.Command.PauseOp;
import io.kintsugi.master.command.Command.Placement;
import io.kintsugi.master.command.Command.PurgeTable;
import io.kintsugi.master.command.Command.ReadmitMove;
import io.kintsugi.master.command.Command.RecommissionDisk;
import io.kintsugi.master.command.Command.RecommissionNode;
import io.kintsugi.master.command.Command.RecoverData;
import io.kintsugi.master.command.Command.RecoverDisk;
import io.kintsugi.master.command.Command.RegisterNode;
import io.kintsugi.master.command.Command.ReleaseBrake;
import io.kintsugi.master.command.Command.ReleaseReplica;
import io.kintsugi.master.command.Command.RemoveDisk;
import io.kintsugi.master.command.Command.RemoveNode;
import io.kintsugi.master.command.Command.RemoveReplica;
import io.kintsugi.master.command.Command.RepairReplica;
import io.kintsugi.master.command.Command.ResetTarget;
import io.kintsugi.master.command.Command.ResumeAutoDecommission;
import io.kintsugi.master.command.Command.ResumeOp;
import io.kintsugi.master.command.Command.SetDiscard;
import io.kintsugi.master.command.Command.SetDiskStatus;
import io.kintsugi.master.command.Command.SetSettings;
import io.kintsugi.master.command.Command.SetTable;
import io.kintsugi.master.command.Command.StartBalance;
import io.kintsugi.master.command.Command.StartMove;
import io.kintsugi.master.command.Command.StartSalvage;
import io.kintsugi.master.command.Command.SwapMove;
import io.kintsugi.master.command.Command.SwapSalvaged;
import io.kintsugi.master.command.Command.Tick;
import io.kintsugi.master.command.Command.VerifyDigest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Bytes of commands never change: {@code commands.hex} holds them as the first version that had each command wrote it. A new command gets
 * a sample here and a line there.
 */
class CommandCodecTest {
    /** No component has its default, and no two neighbours are equal: a field that is forgotten or swapped shows. */
    private static final List<Command> SAMPLES = List.of(
            new InitCluster("c-1", 7),
            new RegisterNode(
                    "u-1",
                    "n1",
                    "h:1",
                    "h:2",
                    "zone",
                    "set",
                    List.of(new DiskFact("d-1", "/a"), new DiskFact("d-2", "/b"))),
            new SetDiskStatus(3, 2, "EIO"),
            new CreateTable(
                    "orders", 3, 2, "xxh3", List.of(new Placement(List.of(1, 2, 3)), new Placement(List.of(4, 5, 6)))),
            new SetTable(4, 2),
            new DropTable(5),
            new PurgeTable(6),
            new ChangeInSync(7, 8, 9, List.of(9L, 10L)),
            new Elect(8, 9, 10, List.of(10L, 11L)),
            new AddReplica(14, 15, 16),
            new RemoveReplica(17, 18, 19, true, 20),
            new ResetTarget(21),
            new RepairReplica(9, 10, 11, 12, 13, "LOST_MEMBER"),
            new DecommissionDisk(13, 3),
            new RecommissionDisk(14),
            new AdmitDisk(15, 16, true, "R", "why"),
            new AdmitMove(17, 18, 19, 20),
            new StartMove(21, 22, 23, 24, 25),
            new SwapMove(26, 27, 28, 29),
            new FinishMove(30, 31),
            new NoteOp(34, 35, "R", "why", 36, 37),
            new FinishDecommission(38, 39, true, "R", "why"),
            new SetSettings(Map.of("A", "1", "B", "2")),
            new VerifyDigest(40, -41),
            new Tick(),
            new EndAttempt(42, 43, 3, "R", "why", 44),
            new DecommissionNode(45, 46),
            new RecommissionNode(47),
            new RemoveNode(48),
            new RemoveDisk(49),
            new MoveReplica(50, 51, 52, 53, 54),
            new CancelOp(55),
            new PauseOp(56, true),
            new ResumeOp(57),
            new AcknowledgeOp(58),
            new DeleteOps(List.of(3L, 1L << 40)),
            new SetDiscard(100, true),
            new ReadmitMove(59, 60, 61, 62),
            new EngageBrake("R", "why"),
            new ReleaseBrake(),
            new NoteNodeDead(63, true),
            new FencePartition(63, 64),
            new ChooseSurvivor(65, 66, 67, 68, 69, 70, "why"),
            new FinishRecovery(71, 72),
            new StartSalvage(73, 74, 75, 76, 77),
            new SwapSalvaged(78, 79, 80, 81),
            new RecoverDisk(63),
            new FailRecovery(64, 65, "EIO"),
            new ResumeAutoDecommission(66),
            new HoldReplica(82, 83, 84, 85),
            new ReleaseReplica(86, 87),
            new RecoverData(88, List.of(89, 90)),
            new FenceForData(91, 92, 93, 94),
            new FinishRecoverData(95, 96),
            new StartBalance(),
            new FinishBalance(88, 89, true, "R", "why"));

    private static Envelope envelope(Command c) {
        return new Envelope("r-1", 5, 1_700_000_000_000L, "me", c);
    }

    private static String hex(Command c) {
        return HexFormat.of().formatHex(CommandCodec.encode(envelope(c)));
    }

    private static Map<String, String> golden() throws IOException {
        try (InputStream in = CommandCodecTest.class.getResourceAsStream("commands.hex")) {
            Map<String, String> lines = new TreeMap<>();
            new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(line -> line.split(" "))
                    .forEach(l -> lines.put(l[0], l[1]));
            return lines;
        }
    }

    @Test
    void everyCommandHasASampleAndAGoldenLine() throws IOException {
        List<String> commands = Arrays.stream(Command.class.getPermittedSubclasses())
                .map(Class::getSimpleName)
                .toList();
        assertThat(SAMPLES).extracting(c -> c.getClass().getSimpleName()).containsExactlyInAnyOrderElementsOf(commands);
        assertThat(golden().keySet()).containsExactlyInAnyOrderElementsOf(commands);
    }

    @Test
    void bytesAreThoseOfTheFirstVersion() throws IOException {
        Map<String, String> golden = golden();
        for (Command c : SAMPLES) {
            String name = c.getClass().getSimpleName();
            assertThat(hex(c)).as("%s %s", name, hex(c)).isEqualTo(golden.get(name));
            assertThat(CommandCodec.decode(HexFormat.of().parseHex(golden.get(name))))
                    .isEqualTo(envelope(c));
        }
    }

    @Test
    void whatCameLaterComesBackToo() {
        Command table = new CreateTable("t", 3, 2, "xxh3", List.of(new Placement(List.of(1, 2, 3))), "ana", 7);
        assertThat(CommandCodec.decode(CommandCodec.encode(envelope(table)))).isEqualTo(envelope(table));
        Command even = new MoveReplica(1, 2, 0, 3, 0, true);
        assertThat(CommandCodec.decode(CommandCodec.encode(envelope(even)))).isEqualTo(envelope(even));
        Command fence = new FencePartition(1, 2, 3, 4, true);
        assertThat(CommandCodec.decode(CommandCodec.encode(envelope(fence)))).isEqualTo(envelope(fence));
    }

    @Test
    void numbersDiffer() {
        assertThat(SAMPLES)
                .extracting(CommandCodec::number)
                .doesNotHaveDuplicates()
                .allMatch(n -> n > 0);
    }

    @Test
    void entriesAndOutcomesComeBackAsTheyWent() {
        List<Envelope> entry = SAMPLES.stream().map(CommandCodecTest::envelope).toList();
        assertThat(CommandCodec.decodeEntry(CommandCodec.encodeEntry(entry))).isEqualTo(entry);
        assertThat(CommandCodec.decodeEntry(CommandCodec.encodeEntry(List.of())))
                .isEmpty();
        List<Outcome> outcomes = List.of(Outcome.accepted(0), Outcome.accepted(-7), new Outcome("R", "why", 3));
        assertThat(CommandCodec.decodeOutcomes(CommandCodec.encodeOutcomes(outcomes)))
                .isEqualTo(outcomes);
        assertThat(CommandCodec.decodeOutcome(CommandCodec.encode(outcomes.get(2))))
                .isEqualTo(outcomes.get(2));
    }

    @Test
    void defaultsComeBackToo() {
        Envelope bare = new Envelope("", 0, 0, "", new ChangeInSync(0, 0, 0, List.of()));
        assertThat(CommandCodec.decode(CommandCodec.encode(bare))).isEqualTo(bare);
    }

    @Test
    void whatCannotBeReadIsNotPassedOver() {
        assertThatThrownBy(() -> CommandCodec.decode(new byte[] {1, 2, 3}))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> CommandCodec.decode(new byte[0]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("upgrade");
    }
}
