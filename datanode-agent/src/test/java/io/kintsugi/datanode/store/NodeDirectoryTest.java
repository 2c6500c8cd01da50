package io.kintsugi.datanode.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which masters a node heeds, over restarts. */
class NodeDirectoryTest {
    @TempDir
    private Path dir;

    private NodeDirectory directory;

    @BeforeEach
    void open() {
        directory = NodeDirectory.open(DiskFiles.local(), dir, () -> "u");
    }

    @Test
    void belowAFenceNoMasterIsHeeded() {
        assertThat(directory.admits(1, 7)).isTrue();
        assertThat(directory.fence(2, "a")).isTrue();
        assertThat(directory.admits(1, 8)).isFalse();
        open();
        assertThat(directory.generation()).isEqualTo(2);
        assertThat(directory.admits(1, 9)).isFalse();
        assertThat(directory.admits(2, 1))
                .as("the new group counts its terms anew")
                .isTrue();
        assertThat(directory.admits(2, 0)).isFalse();
    }

    @Test
    void aFenceOnlyRises() {
        directory.admits(3, 1);
        assertThat(directory.fence(2, "a")).isFalse();
        assertThat(directory.fence(3, "a")).as("masters of it are there").isFalse();
        assertThat(directory.generation()).isEqualTo(3);
        assertThat(directory.term()).isEqualTo(1);
    }

    @Test
    void ofTwoRecoveriesTheFirstCounts() {
        assertThat(directory.fence(2, "a")).isTrue();
        assertThat(directory.fence(2, "b")).isFalse();
        assertThat(directory.fence(2, "a")).as("asked again").isTrue();
        open();
        assertThat(directory.fence(2, "b")).isFalse();
        assertThat(directory.fence(2, "a")).isTrue();
        assertThat(directory.fence(3, "b")).isTrue();
        assertThat(directory.fence(2, "a")).isFalse();
    }

    @Test
    void aNoteThatRottedIsGivenAnewAndNoReasonNotToStart() throws IOException {
        directory.keepNote(new byte[] {1, 2});
        Files.write(dir.resolve("note"), new byte[] {9, 9, 9, 9, 9});
        open();
        assertThat(directory.note()).isEmpty();
        directory.keepNote(new byte[] {3});
        open();
        assertThat(directory.note()).containsExactly(3);
    }

    @Test
    void theNoteIsKept() {
        assertThat(directory.note()).isEmpty();
        directory.keepNote(new byte[] {1, 2});
        directory.keepNote(new byte[] {3});
        open();
        assertThat(directory.note()).containsExactly(3);
        assertThat(directory.uuid()).isEqualTo("u");
    }
}
