package io.kintsugi.datanode.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.kintsugi.common.wire.FieldWriter;
import io.kintsugi.common.wire.Fields;
import io.kintsugi.datanode.replica.Config;
import io.kintsugi.datanode.replica.Member;
import io.kintsugi.datanode.replica.TableDefinition;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is stored of a configuration is what it was. */
class ConfigCodecTest {
    @Test
    void everythingComesBack() {
        Config config = new Config(
                4,
                2,
                new TableDefinition(1, "t", 8, 3, 2, "crc32c", true, 99, 5),
                2L << 40,
                List.of(new Member(1, 1, 1, "a:1", "a:2", 0), new Member(2, 2, 2, "b:1", "b:2", 17)),
                new Member(3, 3, 3, "c:1", "c:2", 1),
                2,
                List.of(1L),
                1,
                2,
                5);
        assertThat(ConfigCodec.read(Fields.parse(ConfigCodec.of(config).toBytes())))
                .isEqualTo(config);
    }

    @Test
    void olderOnesAreUnderstood() {
        FieldWriter old = new FieldWriter();
        old.num(1, 4).num(4, 9).records(5, List.of(m -> m.num(1, 7)
                .num(2, 1)
                .num(3, 1)
                .text(4, "a:1")
                .text(5, "a:2")));
        Config read = ConfigCodec.read(Fields.parse(old.toBytes()));
        assertThat(read.target()).isZero();
        assertThat(read.members()).containsExactly(new Member(7, 1, 1, "a:1", "a:2"));
    }
}
