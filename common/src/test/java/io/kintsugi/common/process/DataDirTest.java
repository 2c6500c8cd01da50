package io.kintsugi.common.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirTest {
    @TempDir
    Path dir;

    @Test
    void isHeldByOneProcessAndEmptiesItsTemporaryDirectory() throws IOException {
        Path data = dir.resolve("m1");
        try (DataDir held = DataDir.claim(data)) {
            Files.createDirectories(held.temporary().resolve("x/y"));
            assertThatThrownBy(() -> DataDir.claim(data))
                    .hasMessageContaining(Long.toString(ProcessHandle.current().pid()))
                    .hasMessageContaining("data.dir");
        }
        try (DataDir again = DataDir.claim(data)) {
            assertThat(again.temporary()).isEmptyDirectory();
        }
    }
}
