package io.kintsugi.master.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.kintsugi.master.event.EventLog;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** The file: what is written is read again, and nothing else passes for it. */
class ExportFormatTest {
    private static final ExportHeader HEADER = new ExportHeader("c1", 2, 3, 77, 1_700_000_000_000L, "ann");

    /** A row as text, so that it can be compared. */
    private record Row(int table, String key, String value) {
        static Row of(int table, byte[] key, byte[] value) {
            HexFormat hex = HexFormat.of();
            return new Row(table, hex.formatHex(key), hex.formatHex(value));
        }
    }

    @Provide
    Arbitrary<List<Row>> rows() {
        Arbitrary<byte[]> bytes = Arbitraries.bytes().array(byte[].class).ofMaxSize(40);
        Arbitrary<byte[]> large =
                Arbitraries.integers().between(60_000, 140_000).map(byte[]::new);
        Arbitrary<byte[]> values = Arbitraries.frequencyOf(Tuple.of(20, bytes), Tuple.of(1, large));
        Arbitrary<Integer> tables = Arbitraries.of(1, 2, 8, EventLog.TABLE);
        return Combinators.combine(tables, bytes, values).as(Row::of).list().ofMaxSize(60);
    }

    private static byte[] export(List<Row> rows) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ExportWriter writer = new ExportWriter(out, HEADER);
        for (Row row : rows) {
            writer.row(
                    row.table, HexFormat.of().parseHex(row.key), HexFormat.of().parseHex(row.value));
        }
        writer.finish();
        return out.toByteArray();
    }

    private static ExportTrailer read(byte[] file, List<Row> into) throws IOException {
        ExportHeader[] header = new ExportHeader[1];
        ExportTrailer trailer = ExportReader.read(
                new ByteArrayInputStream(file), h -> header[0] = h, (t, k, v) -> into.add(Row.of(t, k, v)));
        assertThat(header[0]).isEqualTo(HEADER);
        return trailer;
    }

    private static String reason(byte[] file) {
        Throwable thrown = catchThrowable(() -> read(file, new ArrayList<>()));
        return thrown instanceof ExportException e ? e.reason() : String.valueOf(thrown);
    }

    private static byte[] small() throws IOException {
        return export(List.of(new Row(1, "01", "0a02"), new Row(2, "", "ff"), new Row(EventLog.TABLE, "05", "")));
    }

    @Property(tries = 100)
    void whatIsWrittenIsRead(@ForAll("rows") List<Row> rows) throws IOException {
        List<Row> found = new ArrayList<>();
        ExportTrailer trailer = read(export(rows), found);
        assertThat(found).isEqualTo(rows);
        assertThat(trailer.rows().values().stream().mapToLong(n -> n).sum()).isEqualTo(rows.size());
    }

    @Example
    void everyTruncationIsFound() throws IOException {
        byte[] file = small();
        for (int length = 0; length < file.length; length++) {
            assertThat(reason(Arrays.copyOf(file, length)))
                    .as("%d of %d bytes", length, file.length)
                    .isEqualTo("EXPORT_TRUNCATED");
        }
    }

    @Example
    void everyAlteredByteIsFound() throws IOException {
        byte[] file = small();
        for (int at = 0; at < file.length; at++) {
            for (int mask = 1; mask < 256; mask++) {
                byte[] altered = file.clone();
                altered[at] ^= (byte) mask;
                assertThat(reason(altered)).as("byte %d, mask %d", at, mask).isEqualTo("EXPORT_DAMAGED");
            }
        }
    }

    @Property(tries = 30)
    void blocksThatAreMissingOrTurnedRoundAreFound(@ForAll("rows") List<Row> rows) throws IOException {
        byte[] more = export(rows);
        byte[] less = export(List.of());
        int headerEnd = less.length - trailerOf(less);
        // the rows' blocks cut out: each block left is right in itself
        byte[] cut = new byte[headerEnd + trailerOf(more)];
        System.arraycopy(more, 0, cut, 0, headerEnd);
        System.arraycopy(more, more.length - trailerOf(more), cut, headerEnd, trailerOf(more));
        assertThat(reason(cut)).isEqualTo(rows.isEmpty() ? "null" : "EXPORT_DAMAGED");
    }

    /** How long the last block is: found by walking from the first. */
    private static int trailerOf(byte[] file) {
        int at = ExportFormat.PROLOGUE;
        int last = at;
        while (at < file.length) {
            last = at;
            int length = ByteBuffer.wrap(file).getInt(at + 1);
            at += ExportFormat.HEAD + length + 2 * ExportFormat.CRC;
        }
        return file.length - last;
    }

    @Example
    void whatFollowsTheTrailerIsNamedAndANewerVersionToo() throws IOException {
        byte[] file = small();
        byte[] longer = Arrays.copyOf(file, file.length + 1);
        assertThatThrownBy(() -> read(longer, new ArrayList<>()))
                .hasMessageContaining("damaged at offset " + file.length);
        byte[] newer = file.clone();
        System.arraycopy(ExportFormat.prologue(2), 0, newer, 0, ExportFormat.PROLOGUE);
        assertThat(reason(newer)).isEqualTo("EXPORT_VERSION");
        assertThat(reason("{\"reason\":\"NO_LEADER\"}".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo("EXPORT_DAMAGED");
    }

    @Example
    void theTrailerCountsRowsAndEventsAreNoPartOfTheDigest() throws IOException {
        ExportTrailer with = read(small(), new ArrayList<>());
        assertThat(with.rows()).isEqualTo(Map.of(1, 1L, 2, 1L, EventLog.TABLE, 1L));
        ExportTrailer without =
                read(export(List.of(new Row(1, "01", "0a02"), new Row(2, "", "ff"))), new ArrayList<>());
        assertThat(with.digest()).isEqualTo(without.digest());
    }

    @Example
    void aTableThatOnlyANewerProgramKnowsIsNamed() throws IOException {
        byte[] file = export(List.of(new Row(99, "01", "02")));
        assertThatThrownBy(() -> ExportedState.read(new ByteArrayInputStream(file)))
                .isInstanceOfSatisfying(
                        ExportException.class, e -> assertThat(e.reason()).isEqualTo("EXPORT_VERSION"));
    }

    /** Version 1 stays as it is: an export of today must be read by every later program. */
    @Example
    void goldenBytes() throws IOException {
        assertThat(HexFormat.of().formatHex(small()))
                .isEqualTo("4b494e544d455441000000016db0a9cb"
                        + "0100000017b9f7ba1d0a02633110041806209a012880a0abfef9623203616e6eaef9b4e2"
                        + "020000002978c22236000000010000000101000000020a02"
                        + "000000020000000000000001ff000003e8000000010500000000fac7b698"
                        + "030000001783efea7b0802080408d00f100210021002189edeb4bfe9a3dea735977db22e");
    }
}
