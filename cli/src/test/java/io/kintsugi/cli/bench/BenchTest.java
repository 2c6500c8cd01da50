package io.kintsugi.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kintsugi.cli.Run;
import io.kintsugi.cli.data.DataException;
import io.kintsugi.cli.data.KeyValues;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchTest {
    @TempDir
    Path home;

    /** A table in memory that may refuse. */
    private static final class InMemory implements KeyValues {
        final ConcurrentHashMap<String, byte[]> map = new ConcurrentHashMap<>();
        boolean missing;

        @Override
        public void put(String table, byte[] key, byte[] value) {
            check(table);
            map.put(new String(key, StandardCharsets.ISO_8859_1), value);
        }

        @Override
        public Optional<byte[]> get(String table, byte[] key) {
            check(table);
            return Optional.ofNullable(map.get(new String(key, StandardCharsets.ISO_8859_1)));
        }

        @Override
        public void delete(String table, byte[] key) {
            map.remove(new String(key, StandardCharsets.ISO_8859_1));
        }

        @Override
        public void close() {}

        private void check(String table) {
            if (missing) {
                throw new DataException(table, "NO_SUCH_TABLE", "there is no table '" + table + "'");
            }
        }
    }

    private BenchRun.Result run(KeyValues data, boolean write, long count, Workload workload) {
        return new BenchRun(new Run(home).session(), data, new BenchRun.Plan("t", write, count, 4, workload)).run();
    }

    @Test
    void whatWasFilledIsFound() {
        var data = new InMemory();
        var result = run(data, true, 1000, new Workload(7, 64));
        assertThat(result.good()).isEqualTo(1000);
        assertThat(data.map).hasSize(1000);
        assertThat(result.latency().getTotalCount()).isEqualTo(1000);
        assertThat(run(data, false, 1000, new Workload(7, 10)).complete()).isTrue();
    }

    @Test
    void missingAndWrongValuesAreCounted() {
        var data = new InMemory();
        var workload = new Workload(7, 16);
        run(data, true, 100, workload);
        data.delete("t", workload.key(3));
        data.put("t", workload.key(4), workload.value(5));
        var result = run(data, false, 100, workload);
        assertThat(result.good()).isEqualTo(98);
        assertThat(result.wrong()).isEqualTo(1);
        assertThat(result.complete()).isFalse();
    }

    @Test
    void aMissingTableEndsTheRunWithTheRemedy() {
        var data = new InMemory();
        data.missing = true;
        assertThatThrownBy(() -> run(data, true, 100, new Workload(7, 16)))
                .isInstanceOfSatisfying(DataException.class, e -> assertThat(e.toDisplay())
                        .contains("[NO_SUCH_TABLE]")
                        .contains("kintsugi table create t"));
    }

    @Test
    void keysAreDistinctAndFollowFromTheSeed() {
        var keys = new HashSet<String>();
        for (long seed = 0; seed < 3; seed++) {
            for (int i = 0; i < 2000; i++) {
                keys.add(new String(new Workload(seed, 0).key(i), StandardCharsets.ISO_8859_1));
            }
        }
        assertThat(keys).hasSize(6000);
        assertThat(new Workload(5, 20).value(9))
                .isEqualTo(new Workload(5, 20).value(9))
                .isNotEqualTo(new Workload(6, 20).value(9));
    }

    @Test
    void aTypeMustBeKnown() {
        var run = new Run(home).env("KINTSUGI_MASTERS", "127.0.0.1:1");
        assertThat(run.run("bench", "-t", "nonsense")).isEqualTo(2);
        assertThat(run.err()).contains("[BAD_BENCH_TYPE]");
        assertThat(run.run("bench", "--app_name", "temp", "-t", "fillseq_pegasus", "-n", "10"))
                .isEqualTo(3);
        assertThat(run.run(
                        "bench",
                        "fill",
                        "--table",
                        "t",
                        "-n",
                        "10",
                        "--threads",
                        "2",
                        "--value-size",
                        "9",
                        "--seed",
                        "1"))
                .isEqualTo(3);
    }
}
