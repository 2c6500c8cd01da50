package io.kintsugi.datanode.store;

import io.kintsugi.common.wire.Encodable;
import io.kintsugi.common.wire.FieldWriter;
import io.kintsugi.common.wire.Fields;
import io.kintsugi.datanode.replica.Config;
import io.kintsugi.datanode.replica.Member;
import io.kintsugi.datanode.replica.TableDefinition;

/** A configuration as it is stored, in log headers and manifests. */
public final class ConfigCodec {
    private ConfigCodec() {}

    /** Null stays null: the field writer leaves it out. */
    public static Encodable of(Config config) {
        return config == null ? null : out -> write(config, out);
    }

    private static void write(Config config, FieldWriter out) {
        out.num(1, config.partition())
                .num(2, config.index())
                .record(3, config.table() == null ? null : o -> writeTable(config.table(), o))
                .num(4, config.epoch())
                .records(
                        5,
                        config.members().stream()
                                .<Encodable>map(m -> o -> writeMember(m, o))
                                .toList())
                .record(6, config.joining() == null ? null : o -> writeMember(config.joining(), o))
                .num(7, config.leaving())
                .nums(8, config.inSync())
                .num(9, config.primary())
                .num(10, config.generation())
                .num(11, config.target());
    }

    public static Config read(Fields in) {
        return new Config(
                in.intNum(1),
                in.intNum(2),
                in.record(3, ConfigCodec::readTable),
                in.num(4),
                in.records(5, ConfigCodec::readMember),
                in.record(6, ConfigCodec::readMember),
                in.num(7),
                in.nums(8),
                in.num(9),
                in.num(10),
                in.intNum(11));
    }

    private static void writeTable(TableDefinition table, FieldWriter out) {
        out.num(1, table.id())
                .text(2, table.name())
                .num(3, table.partitions())
                .num(4, table.replicas())
                .num(5, table.minInSync())
                .text(6, table.hash())
                .flag(7, table.dropped())
                .num(8, table.createdAtMs())
                .num(9, table.ttlMs());
    }

    private static TableDefinition readTable(Fields in) {
        return new TableDefinition(
                in.intNum(1),
                in.text(2),
                in.intNum(3),
                in.intNum(4),
                in.intNum(5),
                in.text(6),
                in.flag(7),
                in.num(8),
                in.num(9));
    }

    private static void writeMember(Member member, FieldWriter out) {
        out.num(1, member.replica())
                .num(2, member.node())
                .num(3, member.disk())
                .text(4, member.address())
                .text(5, member.httpAddress())
                .num(6, member.leftEpoch());
    }

    private static Member readMember(Fields in) {
        return new Member(in.num(1), in.intNum(2), in.intNum(3), in.text(4), in.text(5), in.num(6));
    }
}
