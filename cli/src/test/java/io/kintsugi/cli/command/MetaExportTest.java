package io.kintsugi.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.kintsugi.cli.ExitCode;
import io.kintsugi.cli.FakeMaster;
import io.kintsugi.cli.Run;
import io.kintsugi.cli.output.Json;
import io.kintsugi.master.export.ExportHeader;
import io.kintsugi.master.export.ExportWriter;
import io.kintsugi.master.model.Cluster;
import io.kintsugi.master.model.Ids;
import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.model.RestoreMutex;
import io.kintsugi.master.model.Table;
import io.kintsugi.master.model.TableState;
import io.kintsugi.master.state.Change;
import io.kintsugi.master.state.InitialState;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code meta export} and {@code meta inspect}. */
class MetaExportTest {
    private static final String PATH = "GET /v1/meta/export";

    @TempDir
    Path dir;

    private FakeMaster master;
    private Run run;
    private Path file;

    @BeforeEach
    void start() throws IOException {
        master = new FakeMaster();
        run = new Run(dir.resolve("home")).env("KINTSUGI_MASTERS", master.address());
        file = dir.resolve("meta.export");
    }

    @AfterEach
    void stop() {
        master.close();
    }

    private static byte[] export() throws IOException {
        return export(List.of());
    }

    private static byte[] export(List<Partition> partitions) throws IOException {
        var state = new InitialState(
                new Cluster("c1", 2, 9, 5),
                List.of(),
                List.of(),
                List.of(),
                0,
                Map.of(),
                List.of(new Table(1, "orders", 4, 3, 1, "crc32c", TableState.NORMAL, 5, 0, "", 0)),
                partitions,
                new Ids(0, 0, 1, 0, 0, 0, 0, 0));
        var out = new ByteArrayOutputStream();
        var writer = new ExportWriter(out, new ExportHeader("c1", 2, 3, 77, 1_700_000_000_000L, "ann"));
        for (Change row : state.rows()) {
            writer.row(row.table(), row.key(), row.value());
        }
        writer.finish();
        return out.toByteArray();
    }

    private List<Path> left() throws IOException {
        try (var files = Files.list(dir)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    @Test
    void isWrittenVerifiedAndSaid() throws IOException {
        master.on(PATH, 200, export());
        assertThat(run.run("meta", "export", file.toString())).isEqualTo(ExitCode.OK);
        assertThat(run.out())
                .contains(
                        file + " is whole",
                        "cluster",
                        "c1",
                        "term 3, index 77",
                        "2023-11-14 22:13:20 by ann",
                        "orders");
        assertThat(Files.readAllBytes(file)).isEqualTo(export());
        assertThat(left()).containsExactly(file);

        assertThat(run.run("meta", "export", file.toString())).isEqualTo(ExitCode.REFUSED);
        assertThat(run.err()).contains("FILE_EXISTS", "--force");
        assertThat(run.run("meta", "export", file.toString(), "--force")).isEqualTo(ExitCode.OK);
    }

    @Test
    void inspectAsksNoMasterAndSpeaksJson() throws IOException {
        Files.write(file, export());
        master.close();
        assertThat(run.run("meta", "inspect", file.toString(), "-o", "json")).isEqualTo(ExitCode.OK);
        var json = Json.parse(run.out().getBytes(StandardCharsets.UTF_8));
        assertThat(json.path("clusterId").asText()).isEqualTo("c1");
        assertThat(json.path("generation").asLong()).isEqualTo(2);
        assertThat(json.path("index").asLong()).isEqualTo(77);
        assertThat(json.path("rows").path("tables").asLong()).isEqualTo(1);
        assertThat(json.path("tables").path(0).path("state").asText()).isEqualTo("Normal");
        assertThat(run.run("shell", "-c", "meta inspect " + file)).isEqualTo(ExitCode.OK);
        assertThat(run.out()).contains(file + " is whole");
    }

    @Test
    void whatIsWholeButNotSoundIsSaidAndNotWithoutEnd() throws IOException {
        List<Partition> onNoDisk = LongStream.rangeClosed(1, 30)
                .mapToObj(i -> new Partition(
                        (int) i,
                        1,
                        (int) i - 1,
                        7,
                        1,
                        List.of(new Member(i, 1, 1, 0)),
                        null,
                        0,
                        List.of(i),
                        i,
                        RestoreMutex.STOP,
                        0))
                .toList();
        Files.write(file, export(onNoDisk));
        assertThat(run.run("meta", "inspect", file.toString())).isEqualTo(ExitCode.OK);
        assertThat(run.out().lines().filter(line -> line.startsWith("not sound: ")))
                .hasSize(21)
                .last()
                .asString()
                .endsWith("things more");
    }

    @Test
    void whatIsNotWholeIsNamed() throws IOException {
        byte[] bytes = export();
        Files.write(file, Arrays.copyOf(bytes, bytes.length - 1));
        assertThat(run.run("meta", "inspect", file.toString())).isEqualTo(ExitCode.FAILED);
        assertThat(run.err()).contains("[EXPORT_TRUNCATED]", "after " + (bytes.length - 1) + " bytes");
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);
        assertThat(run.run("meta", "inspect", file.toString())).isEqualTo(ExitCode.FAILED);
        assertThat(run.err()).contains("[EXPORT_DAMAGED]", "damaged at offset ");
        assertThat(run.run("meta", "inspect", dir.resolve("none").toString())).isEqualTo(ExitCode.NOT_FOUND);
    }

    @Test
    void afterAFailureTheOldFileIsThereAndNoHalfOne() throws IOException {
        Files.writeString(file, "old");
        byte[] bytes = export();
        master.on(PATH, 200, Arrays.copyOf(bytes, bytes.length - 9));
        assertThat(run.run("meta", "export", file.toString(), "--force")).isEqualTo(ExitCode.FAILED);
        assertThat(run.err()).contains("EXPORT_TRUNCATED");
        assertThat(file).hasContent("old");
        assertThat(left()).containsExactly(file);

        assertThat(run.run("meta", "export", dir.resolve("no/such/place").toString()))
                .isEqualTo(ExitCode.FAILED);
        assertThat(run.err()).contains("FILE_NOT_WRITTEN");
    }

    @Test
    void aRefusalIsTold() throws IOException {
        master.on(PATH, 503, "{\"reason\":\"ERR_UNDER_RECOVERY\",\"message\":\"m1 waits\"}");
        assertThat(run.run("meta", "export", file.toString())).isEqualTo(ExitCode.FAILED);
        assertThat(run.err()).contains("ERR_UNDER_RECOVERY");
        assertThat(left()).isEmpty();
    }
}
