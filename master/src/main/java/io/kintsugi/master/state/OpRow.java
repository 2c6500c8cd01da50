package io.kintsugi.master.state;

import io.kintsugi.common.wire.Encodable;
import io.kintsugi.common.wire.FieldWriter;
import io.kintsugi.common.wire.Fields;
import io.kintsugi.master.model.Absence;
import io.kintsugi.master.model.Attempt;
import io.kintsugi.master.model.AttemptEnd;
import io.kintsugi.master.model.Intent;
import io.kintsugi.master.model.Move;
import io.kintsugi.master.model.MoveStep;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.OpKind;
import io.kintsugi.master.model.OpStatus;
import io.kintsugi.master.model.Progress;
import io.kintsugi.master.model.Recovery;
import io.kintsugi.master.model.RecoveryStep;
import io.kintsugi.master.model.RecoveryWish;
import io.kintsugi.master.model.Rescue;
import io.kintsugi.master.model.Times;
import io.kintsugi.master.model.Tries;
import io.kintsugi.master.model.WireEnum;

/** Numbered fields of a stored op. A number is never given another meaning. */
final class OpRow {
    private OpRow() {}

    static void write(Op o, FieldWriter out) {
        out.num(1, o.id())
                .num(2, o.kind().wire())
                .num(3, o.revision())
                .text(4, o.target())
                .num(5, o.disk())
                .num(6, o.parent());
        out.num(7, o.status().wire())
                .num(8, o.tries().attempts())
                .num(9, o.tries().rollbacks())
                .text(10, o.reason())
                .text(11, o.message());
        out.num(12, o.progress().bytesDone()).num(13, o.progress().bytesTotal()).text(14, o.requestedBy());
        out.num(15, o.times().created())
                .num(16, o.times().updated())
                .num(17, o.times().ended());
        out.record(18, o.move() == null ? null : move(o.move()))
                .num(19, o.node())
                .num(20, o.weight())
                .num(21, o.intent().wire());
        out.num(22, o.tries().failures())
                .num(23, o.tries().notBefore())
                .num(24, o.progress().partitions())
                .flag(25, o.acknowledged())
                .flag(26, o.automatic());
        out.record(60, o.recovery() == null ? null : recovery(o.recovery()));
        out.record(75, o.absence() == null ? null : absence(o.absence()));
        out.record(77, o.rescue() == null ? null : rescue(o.rescue()));
    }

    static Op read(Fields in) {
        return new Op(
                in.num(1),
                WireEnum.of(OpKind.class, in.num(2)),
                in.num(3),
                in.text(4),
                in.intNum(19),
                in.intNum(5),
                in.num(6),
                in.intNum(20),
                WireEnum.of(OpStatus.class, in.num(7)),
                WireEnum.of(Intent.class, in.num(21)),
                new Tries(in.intNum(8), in.intNum(22), in.intNum(9), in.num(23)),
                in.text(10),
                in.text(11),
                new Progress(in.num(12), in.num(13), in.intNum(24)),
                in.text(14),
                new Times(in.num(15), in.num(16), in.num(17)),
                in.flag(25),
                in.flag(26),
                in.record(18, OpRow::readMove),
                in.record(60, OpRow::readRecovery),
                in.record(75, in75 -> new Absence(in75.intNum(1), in75.num(2), in75.flag(3), in75.flag(4))),
                in.record(77, OpRow::readRescue));
    }

    private static Encodable move(Move m) {
        return out -> out.num(1, m.partition())
                .num(2, m.source())
                .num(3, m.sourceDisk())
                .num(4, m.nodeset())
                .num(5, m.destination())
                .num(6, m.destinationDisk())
                .num(7, m.step().wire())
                .num(8, m.notedInSync())
                .num(9, m.swapEpoch())
                .num(10, m.toNode())
                .num(11, m.toDisk())
                .records(12, m.story().stream().map(OpRow::attempt).toList())
                .text(13, m.rule());
    }

    private static Move readMove(Fields in) {
        return new Move(
                in.intNum(1),
                in.num(2),
                in.intNum(3),
                in.intNum(4),
                in.intNum(10),
                in.intNum(11),
                in.num(5),
                in.intNum(6),
                WireEnum.of(MoveStep.class, in.num(7)),
                in.intNum(8),
                in.num(9),
                in.records(12, OpRow::readAttempt),
                in.text(13));
    }

    private static Encodable recovery(Recovery r) {
        return out -> out.num(1, r.partition())
                .num(2, r.step().wire())
                .num(3, r.fenceEpoch())
                .num(4, r.survivor())
                .num(5, r.wish().waitUntil())
                .num(6, r.wish().survivor())
                .flag(7, r.wish().insist());
    }

    private static Recovery readRecovery(Fields in) {
        return new Recovery(
                in.intNum(1),
                WireEnum.of(RecoveryStep.class, in.num(2)),
                in.num(3),
                in.num(4),
                new RecoveryWish(in.num(5), in.num(6), in.flag(7)));
    }

    private static Encodable absence(Absence a) {
        return out ->
                out.num(1, a.partition()).num(2, a.replica()).flag(3, a.led()).flag(4, a.held());
    }

    private static Encodable rescue(Rescue r) {
        return out -> out.flag(1, r.autoFailover()).num(2, r.waitMillis()).nums(3, r.choices());
    }

    private static Rescue readRescue(Fields in) {
        return new Rescue(
                in.flag(1), in.num(2), in.nums(3).stream().map(Math::toIntExact).toList());
    }

    private static Encodable attempt(Attempt a) {
        return out -> out.num(1, a.end().wire())
                .num(2, a.disk())
                .num(3, a.endedAt())
                .text(4, a.reason())
                .text(5, a.message());
    }

    private static Attempt readAttempt(Fields in) {
        return new Attempt(WireEnum.of(AttemptEnd.class, in.num(1)), in.intNum(2), in.num(3), in.text(4), in.text(5));
    }
}
