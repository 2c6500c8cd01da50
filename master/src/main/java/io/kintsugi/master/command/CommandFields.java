package io.kintsugi.master.command;

import io.kintsugi.common.wire.Encodable;
import io.kintsugi.common.wire.FieldWriter;
import io.kintsugi.common.wire.Fields;
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
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Each command's wire number and numbered fields. Neither is ever given another meaning: old logs are read with new code. */
final class CommandFields {
    private CommandFields() {}

    static int number(Command command) {
        return switch (command) {
            case InitCluster c -> 1;
            case RegisterNode c -> 2;
            case SetDiskStatus c -> 3;
            case CreateTable c -> 4;
            case SetTable c -> 5;
            case DropTable c -> 6;
            case PurgeTable c -> 7;
            case ChangeInSync c -> 8;
            case Elect c -> 9;
            case DecommissionDisk c -> 11;
            case RecommissionDisk c -> 12;
            case AdmitDisk c -> 13;
            case AdmitMove c -> 14;
            case StartMove c -> 15;
            case SwapMove c -> 16;
            case FinishMove c -> 17;
            case NoteOp c -> 19;
            case FinishDecommission c -> 20;
            case SetSettings c -> 21;
            case VerifyDigest c -> 22;
            case Tick c -> 23;
            case EndAttempt c -> 24;
            case DecommissionNode c -> 25;
            case RecommissionNode c -> 26;
            case RemoveNode c -> 27;
            case RemoveDisk c -> 28;
            case MoveReplica c -> 29;
            case CancelOp c -> 30;
            case PauseOp c -> 31;
            case ResumeOp c -> 32;
            case AcknowledgeOp c -> 33;
            case ReadmitMove c -> 34;
            case RepairReplica c -> 40;
            case AddReplica c -> 41;
            case RemoveReplica c -> 42;
            case ResetTarget c -> 43;
            case EngageBrake c -> 50;
            case ReleaseBrake c -> 51;
            case NoteNodeDead c -> 52;
            case FencePartition c -> 60;
            case ChooseSurvivor c -> 61;
            case FinishRecovery c -> 62;
            case StartSalvage c -> 63;
            case SwapSalvaged c -> 64;
            case RecoverDisk c -> 55;
            case FailRecovery c -> 56;
            case ResumeAutoDecommission c -> 57;
            case SetDiscard c -> 70;
            case HoldReplica c -> 75;
            case ReleaseReplica c -> 76;
            case RecoverData c -> 77;
            case FenceForData c -> 78;
            case FinishRecoverData c -> 79;
            case DeleteOps c -> 86;
            case StartBalance c -> 80;
            case FinishBalance c -> 81;
        };
    }

    static void write(Command command, FieldWriter out) {
        switch (command) {
            case InitCluster c -> out.text(1, c.clusterId()).num(2, c.generation());
            case RegisterNode c -> writeNode(c, out);
            case SetDiskStatus c -> out.num(1, c.disk()).num(2, c.status()).text(3, c.error());
            case CreateTable c -> writeTable(c, out);
            case SetTable c -> out.num(1, c.table()).num(2, c.minInSync()).num(3, c.ttlMs());
            case DropTable c -> out.num(1, c.table());
            case PurgeTable c -> out.num(1, c.table());
            case ChangeInSync c -> configured(c.partition(), c.epoch(), c.primary(), c.inSync(), out);
            case Elect c -> configured(c.partition(), c.epoch(), c.primary(), c.inSync(), out);
            case DecommissionDisk c -> out.num(1, c.disk()).num(2, c.weight()).flag(3, c.automatic());
            case RecoverDisk c -> out.num(1, c.disk());
            case FailRecovery c -> out.num(1, c.disk()).num(2, c.recovery()).text(3, c.error());
            case ResumeAutoDecommission c -> out.num(1, c.disk());
            case RecommissionDisk c -> out.num(1, c.disk());
            case AdmitDisk c -> decided(c.op(), c.revision(), c.admitted(), c.reason(), c.message(), out);
            case AdmitMove c -> numbers(out, c.parent(), c.partition(), c.epoch(), c.source());
            case StartMove c -> numbers(out, c.op(), c.revision(), c.partition(), c.epoch(), c.disk());
            case StartSalvage c -> numbers(out, c.op(), c.revision(), c.partition(), c.epoch(), c.disk());
            case SwapSalvaged c -> numbers(out, c.op(), c.revision(), c.partition(), c.epoch());
            case SwapMove c -> numbers(out, c.op(), c.revision(), c.partition(), c.epoch());
            case FinishMove c -> out.num(1, c.op()).num(2, c.revision());
            case NoteOp c -> noted(c.op(), c.revision(), c.reason(), c.message(), c.bytesDone(), c.bytesTotal(), out);
            case FinishDecommission c -> decided(c.op(), c.revision(), c.success(), c.reason(), c.message(), out);
            case SetSettings c -> out.records(1, entries(c.values()));
            case VerifyDigest c -> out.num(1, c.index()).num(2, c.digest());
            case Tick c -> {}
            case SetDiscard c -> out.num(1, c.partition()).flag(2, c.discarded());
            case EndAttempt c -> noted(c.op(), c.revision(), c.reason(), c.message(), c.end(), c.notBefore(), out);
            case DecommissionNode c -> out.num(1, c.node()).num(2, c.weight());
            case RecommissionNode c -> out.num(1, c.node());
            case RemoveNode c -> out.num(1, c.node());
            case RemoveDisk c -> out.num(1, c.disk());
            case MoveReplica c -> move(c, out);
            case StartBalance c -> {}
            case FinishBalance c -> decided(c.op(), c.revision(), c.success(), c.reason(), c.message(), out);
            case CancelOp c -> out.num(1, c.op());
            case PauseOp c -> out.num(1, c.op()).flag(2, c.now());
            case ResumeOp c -> out.num(1, c.op());
            case AcknowledgeOp c -> out.num(1, c.op());
            case EngageBrake c -> out.text(1, c.reason()).text(2, c.message());
            case ReleaseBrake c -> {}
            case NoteNodeDead c -> out.num(1, c.node()).flag(2, c.dead());
            case ReadmitMove c -> numbers(out, c.op(), c.revision(), c.partition(), c.epoch());
            case RepairReplica c -> repaired(c, out);
            case AddReplica c -> numbers(out, c.partition(), c.toNode(), c.toDisk());
            case RemoveReplica c -> removed(c, out);
            case ResetTarget c -> out.num(1, c.partition());
            case FencePartition c -> fenced(c, out);
            case ChooseSurvivor c -> chosen(c, out);
            case FinishRecovery c -> out.num(1, c.op()).num(2, c.revision());
            case HoldReplica c -> numbers(out, c.partition(), c.epoch(), c.replica(), c.newPrimary());
            case ReleaseReplica c -> numbers(out, c.partition(), c.replica());
            case RecoverData c -> out.num(1, c.waitMillis()).nums(2, c.choices());
            case FenceForData c -> numbers(out, c.op(), c.revision(), c.partition(), c.epoch());
            case FinishRecoverData c -> out.num(1, c.op()).num(2, c.revision());
            case DeleteOps c -> out.nums(1, c.ops());
        }
    }

    /** In fields 1, 2, 3 and so on. */
    private static FieldWriter numbers(FieldWriter out, long... values) {
        for (int i = 0; i < values.length; i++) {
            out.num(i + 1, values[i]);
        }
        return out;
    }

    private static void configured(int partition, long epoch, long primary, List<Long> inSync, FieldWriter out) {
        numbers(out, partition, epoch, primary).nums(4, inSync);
    }

    private static void noted(
            long op, long revision, String reason, String message, long five, long six, FieldWriter out) {
        numbers(out, op, revision).text(3, reason).text(4, message).num(5, five).num(6, six);
    }

    private static void repaired(RepairReplica c, FieldWriter out) {
        numbers(out, c.partition(), c.epoch(), c.lost(), c.toNode(), c.toDisk()).text(6, c.rule());
    }

    private static void fenced(FencePartition c, FieldWriter out) {
        numbers(out, c.partition(), c.epoch(), c.waitMillis(), c.survivor()).flag(5, c.insist());
    }

    private static void chosen(ChooseSurvivor c, FieldWriter out) {
        numbers(out, c.op(), c.revision(), c.partition(), c.epoch(), c.replica(), c.disk())
                .text(7, c.message());
    }

    private static void decided(long op, long revision, boolean how, String reason, String message, FieldWriter out) {
        out.num(1, op).num(2, revision).flag(3, how).text(4, reason).text(5, message);
    }

    static Command read(int number, Fields in) {
        return switch (number) {
            case 1 -> new InitCluster(in.text(1), in.num(2));
            case 2 -> readNode(in);
            case 3 -> new SetDiskStatus(in.intNum(1), in.intNum(2), in.text(3));
            case 4 -> readTable(in);
            case 5 -> new SetTable(in.intNum(1), in.intNum(2), in.num(3));
            case 6 -> new DropTable(in.intNum(1));
            case 7 -> new PurgeTable(in.intNum(1));
            case 8 -> new ChangeInSync(in.intNum(1), in.num(2), in.num(3), in.nums(4));
            case 9 -> new Elect(in.intNum(1), in.num(2), in.num(3), in.nums(4));
            case 11 -> new DecommissionDisk(in.intNum(1), in.intNum(2), in.flag(3));
            case 12 -> new RecommissionDisk(in.intNum(1));
            case 13 -> new AdmitDisk(in.num(1), in.num(2), in.flag(3), in.text(4), in.text(5));
            case 14 -> new AdmitMove(in.num(1), in.intNum(2), in.num(3), in.num(4));
            case 15 -> new StartMove(in.num(1), in.num(2), in.intNum(3), in.num(4), in.intNum(5));
            case 16 -> new SwapMove(in.num(1), in.num(2), in.intNum(3), in.num(4));
            case 17 -> new FinishMove(in.num(1), in.num(2));
            case 19 -> new NoteOp(in.num(1), in.num(2), in.text(3), in.text(4), in.num(5), in.num(6));
            case 20 -> new FinishDecommission(in.num(1), in.num(2), in.flag(3), in.text(4), in.text(5));
            case 21 -> readSettings(in);
            case 22 -> new VerifyDigest(in.num(1), in.num(2));
            case 23 -> new Tick();
            case 24 -> new EndAttempt(in.num(1), in.num(2), in.intNum(5), in.text(3), in.text(4), in.num(6));
            case 25 -> new DecommissionNode(in.intNum(1), in.intNum(2));
            case 26 -> new RecommissionNode(in.intNum(1));
            case 27 -> new RemoveNode(in.intNum(1));
            case 28 -> new RemoveDisk(in.intNum(1));
            case 29 -> move(in);
            case 30 -> new CancelOp(in.num(1));
            case 31 -> new PauseOp(in.num(1), in.flag(2));
            case 32 -> new ResumeOp(in.num(1));
            case 33 -> new AcknowledgeOp(in.num(1));
            case 34 -> new ReadmitMove(in.num(1), in.num(2), in.intNum(3), in.num(4));
            case 40 -> new RepairReplica(in.intNum(1), in.num(2), in.num(3), in.intNum(4), in.intNum(5), in.text(6));
            case 41 -> new AddReplica(in.intNum(1), in.intNum(2), in.intNum(3));
            case 42 -> new RemoveReplica(in.intNum(1), in.num(2), in.num(3), in.flag(4), in.num(5));
            case 43 -> new ResetTarget(in.intNum(1));
            case 50 -> new EngageBrake(in.text(1), in.text(2));
            case 51 -> new ReleaseBrake();
            case 52 -> new NoteNodeDead(in.intNum(1), in.flag(2));
            case 60 -> new FencePartition(in.intNum(1), in.num(2), in.num(3), in.num(4), in.flag(5));
            case 63 -> new StartSalvage(in.num(1), in.num(2), in.intNum(3), in.num(4), in.intNum(5));
            case 64 -> new SwapSalvaged(in.num(1), in.num(2), in.intNum(3), in.num(4));
            case 61 ->
                new ChooseSurvivor(in.num(1), in.num(2), in.intNum(3), in.num(4), in.num(5), in.intNum(6), in.text(7));
            case 62 -> new FinishRecovery(in.num(1), in.num(2));
            case 55 -> new RecoverDisk(in.intNum(1));
            case 56 -> new FailRecovery(in.intNum(1), in.num(2), in.text(3));
            case 57 -> new ResumeAutoDecommission(in.intNum(1));
            case 70 -> new SetDiscard(in.intNum(1), in.flag(2));
            case 75 -> new HoldReplica(in.intNum(1), in.num(2), in.num(3), in.num(4));
            case 76 -> new ReleaseReplica(in.intNum(1), in.num(2));
            case 77 -> new RecoverData(in.num(1), ints(in.nums(2)));
            case 78 -> new FenceForData(in.num(1), in.num(2), in.intNum(3), in.num(4));
            case 79 -> new FinishRecoverData(in.num(1), in.num(2));
            case 86 -> new DeleteOps(in.nums(1));
            case 80 -> new StartBalance();
            case 81 -> new FinishBalance(in.num(1), in.num(2), in.flag(3), in.text(4), in.text(5));
            default -> throw unknown(number);
        };
    }

    private static void writeNode(RegisterNode c, FieldWriter out) {
        out.text(1, c.uuid())
                .text(2, c.name())
                .text(3, c.address())
                .text(4, c.httpAddress())
                .text(5, c.zone())
                .text(6, c.nodeset());
        List<Encodable> disks = new ArrayList<>();
        for (DiskFact d : c.disks()) {
            disks.add(disk -> disk.text(1, d.uuid()).text(2, d.path()));
        }
        out.records(7, disks);
    }

    private static RegisterNode readNode(Fields in) {
        List<DiskFact> disks = in.records(7, disk -> new DiskFact(disk.text(1), disk.text(2)));
        return new RegisterNode(in.text(1), in.text(2), in.text(3), in.text(4), in.text(5), in.text(6), disks);
    }

    private static void writeTable(CreateTable c, FieldWriter out) {
        out.text(1, c.name()).num(2, c.replicas()).num(3, c.minInSync()).text(4, c.hash());
        List<Encodable> placements = new ArrayList<>();
        for (Placement p : c.placements()) {
            placements.add(placement -> placement.nums(1, p.disks()));
        }
        out.records(5, placements).text(6, c.owner()).num(7, c.capacityGb()).num(8, c.ttlMs());
    }

    private static CreateTable readTable(Fields in) {
        List<Placement> placements = in.records(5, placement -> new Placement(ints(placement.nums(1))));
        return new CreateTable(
                in.text(1), in.intNum(2), in.intNum(3), in.text(4), placements, in.text(6), in.num(7), in.num(8));
    }

    /** In the order of names: equal commands have equal bytes. */
    private static List<Encodable> entries(Map<String, String> values) {
        List<Encodable> entries = new ArrayList<>();
        new TreeMap<>(values)
                .forEach((key, value) -> entries.add(out -> out.text(1, key).text(2, value)));
        return entries;
    }

    private static SetSettings readSettings(Fields in) {
        Map<String, String> values = new TreeMap<>();
        for (Map.Entry<String, String> e : in.records(1, entry -> Map.entry(entry.text(1), entry.text(2)))) {
            values.put(e.getKey(), e.getValue());
        }
        return new SetSettings(Collections.unmodifiableMap(values));
    }

    private static List<Integer> ints(List<Long> numbers) {
        List<Integer> result = new ArrayList<>(numbers.size());
        for (long n : numbers) {
            if (n != (int) n) {
                throw new IllegalArgumentException(n + " is beyond an int");
            }
            result.add((int) n);
        }
        return List.copyOf(result);
    }

    private static void move(MoveReplica c, FieldWriter out) {
        numbers(out, c.partition(), c.source(), c.toNode(), c.toDisk(), c.weight());
        out.flag(6, c.automatic());
    }

    private static MoveReplica move(Fields in) {
        return new MoveReplica(in.intNum(1), in.num(2), in.intNum(3), in.intNum(4), in.intNum(5), in.flag(6));
    }

    private static void removed(RemoveReplica c, FieldWriter out) {
        numbers(out, c.partition(), c.epoch(), c.replica()).flag(4, c.lower()).num(5, c.newPrimary());
    }

    private static IllegalArgumentException unknown(int number) {
        return new IllegalArgumentException("command number " + number
                + " is unknown to this version: upgrade this master to the version of the others");
    }
}
