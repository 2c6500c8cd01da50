package io.kintsugi.master.state;

import io.kintsugi.common.wire.Encodable;
import io.kintsugi.common.wire.FieldWriter;
import io.kintsugi.common.wire.Fields;
import io.kintsugi.master.command.Outcome;
import io.kintsugi.master.model.Away;
import io.kintsugi.master.model.Brake;
import io.kintsugi.master.model.Cluster;
import io.kintsugi.master.model.Disk;
import io.kintsugi.master.model.DiskStatus;
import io.kintsugi.master.model.DrainState;
import io.kintsugi.master.model.Forced;
import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Node;
import io.kintsugi.master.model.Nodeset;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.model.RestoreMutex;
import io.kintsugi.master.model.Table;
import io.kintsugi.master.model.TableState;
import io.kintsugi.master.model.Trouble;
import io.kintsugi.master.model.WireEnum;
import java.util.Optional;

/** Numbered fields of every stored row. A number is never given another meaning. */
final class Rows {
    private Rows() {}

    static void writeCluster(Cluster c, FieldWriter out) {
        out.text(1, c.id()).num(2, c.generation()).num(3, c.time()).num(4, c.createdAt());
        Brake b = c.brake();
        out.num(10, b.since()).text(11, b.reason()).text(12, b.message()).num(13, b.releasedAt());
    }

    static Cluster readCluster(Fields in) {
        Brake brake = new Brake(in.num(10), in.text(11), in.text(12), in.num(13));
        return new Cluster(in.text(1), in.num(2), in.num(3), in.num(4), brake);
    }

    static void writeNodeset(Nodeset n, FieldWriter out) {
        out.num(1, n.id()).text(2, n.name()).text(3, n.zone()).num(4, n.capacity());
    }

    static Nodeset readNodeset(Fields in) {
        return new Nodeset(in.intNum(1), in.text(2), in.text(3), in.intNum(4));
    }

    static void writeNode(Node n, FieldWriter out) {
        out.num(1, n.id())
                .text(2, n.uuid())
                .text(3, n.name())
                .text(4, n.address())
                .text(5, n.httpAddress());
        out.text(6, n.zone()).num(7, n.nodeset()).num(8, n.registeredAt());
        out.num(9, n.drain().wire()).num(10, n.drainOp()).num(20, n.deadSince()).nums(21, n.deaths());
    }

    static Node readNode(Fields in) {
        return new Node(
                in.intNum(1),
                in.text(2),
                in.text(3),
                in.text(4),
                in.text(5),
                in.text(6),
                in.intNum(7),
                in.num(8),
                WireEnum.of(DrainState.class, in.num(9)),
                in.num(10),
                in.num(20),
                in.nums(21));
    }

    static void writeDisk(Disk d, FieldWriter out) {
        out.num(1, d.id())
                .text(2, d.uuid())
                .num(3, d.node())
                .text(4, d.path())
                .num(5, d.status().wire());
        out.num(6, d.drain().wire()).num(7, d.drainOp()).text(8, d.error()).num(9, d.drainRoot());
        out.record(10, d.trouble().equals(Trouble.NONE) ? null : trouble(d.trouble()));
    }

    private static Encodable trouble(Trouble t) {
        return out -> out.num(1, t.since())
                .num(2, t.failures())
                .num(3, t.failedAt())
                .flag(4, t.leftAlone())
                .flag(5, t.automatic())
                .num(6, t.recovery())
                .num(7, t.recoveryEnded())
                .text(8, t.recoveryError());
    }

    private static Trouble readTrouble(Fields in) {
        return new Trouble(
                in.num(1), in.intNum(2), in.num(3), in.flag(4), in.flag(5), in.num(6), in.num(7), in.text(8));
    }

    static Disk readDisk(Fields in) {
        return new Disk(
                in.intNum(1),
                in.text(2),
                in.intNum(3),
                in.text(4),
                WireEnum.of(DiskStatus.class, in.num(5)),
                WireEnum.of(DrainState.class, in.num(6)),
                in.num(7),
                in.num(9),
                in.text(8),
                Optional.ofNullable(in.record(10, Rows::readTrouble)).orElse(Trouble.NONE));
    }

    static void writeTable(Table t, FieldWriter out) {
        out.num(1, t.id())
                .text(2, t.name())
                .num(3, t.partitions())
                .num(4, t.replicas())
                .num(5, t.minInSync());
        out.text(6, t.hash()).num(7, t.state().wire()).num(8, t.createdAt()).num(9, t.droppedAt());
        out.text(10, t.owner()).num(11, t.capacityGb()).num(12, t.ttlMs());
    }

    static Table readTable(Fields in) {
        return new Table(
                in.intNum(1),
                in.text(2),
                in.intNum(3),
                in.intNum(4),
                in.intNum(5),
                in.text(6),
                WireEnum.of(TableState.class, in.num(7)),
                in.num(8),
                in.num(9),
                in.text(10),
                in.num(11),
                in.num(12));
    }

    static void writePartition(Partition p, FieldWriter out) {
        out.num(1, p.id()).num(2, p.table()).num(3, p.index()).num(4, p.epoch()).num(5, p.target());
        out.records(6, p.members().stream().map(Rows::member).toList());
        out.record(7, p.joining() == null ? null : member(p.joining())).num(8, p.leaving());
        out.nums(9, p.inSync()).num(10, p.primary()).num(11, p.mutex().wire()).num(12, p.mutexOp());
        out.record(60, p.forced() == null ? null : forced(p.forced()));
        out.record(75, p.away().equals(Away.NONE) ? null : away(p.away()));
    }

    static Partition readPartition(Fields in) {
        return new Partition(
                in.intNum(1),
                in.intNum(2),
                in.intNum(3),
                in.num(4),
                in.intNum(5),
                in.records(6, Rows::readMember),
                in.record(7, Rows::readMember),
                in.num(8),
                in.nums(9),
                in.num(10),
                WireEnum.of(RestoreMutex.class, in.num(11)),
                in.num(12),
                in.record(60, in60 -> new Forced(in60.num(1), in60.num(2))),
                readAway(in));
    }

    private static Encodable away(Away a) {
        return out -> out.nums(1, a.held()).nums(2, a.led());
    }

    private static Away readAway(Fields in) {
        Away away = in.record(75, in75 -> new Away(in75.nums(1), in75.nums(2)));
        return away == null ? Away.NONE : away;
    }

    private static Encodable forced(Forced f) {
        return out -> out.num(1, f.upTo()).num(2, f.survivor());
    }

    private static Encodable member(Member m) {
        return out -> out.num(1, m.replica()).num(2, m.node()).num(3, m.disk()).num(4, m.leftEpoch());
    }

    private static Member readMember(Fields in) {
        return new Member(in.num(1), in.intNum(2), in.intNum(3), in.num(4));
    }

    static void writeRequest(Request r, FieldWriter out) {
        out.num(1, r.seq()).text(2, r.id()).num(3, r.command()).num(4, r.answeredAt());
        out.text(5, r.outcome().reason())
                .text(6, r.outcome().message())
                .num(7, r.outcome().value());
    }

    static Request readRequest(Fields in) {
        Outcome outcome = new Outcome(in.text(5), in.text(6), in.num(7));
        return new Request(in.num(1), in.text(2), in.intNum(3), in.num(4), outcome);
    }
}
