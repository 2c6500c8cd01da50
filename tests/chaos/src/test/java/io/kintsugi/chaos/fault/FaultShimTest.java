package io.kintsugi.chaos.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.kintsugi.chaos.ProcessCluster;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shim under a program that is there everywhere. Tier 1: no root, needs gcc. */
@Tag("chaos")
class FaultShimTest {
    @TempDir
    Path dir;

    private FaultShim shim;
    private Path faulty;
    private Path whole;

    @BeforeEach
    void build() throws IOException {
        Tier.requires("FaultShimTest", FaultShim.unavailable());
        shim = FaultShim.build(ProcessCluster.repository(), dir.resolve("control"));
        faulty = Files.createDirectories(dir.resolve("disk1"));
        whole = Files.createDirectories(dir.resolve("disk10"));
    }

    @Test
    void oneDirectoryIsFullAndItsNeighbourIsNot() throws Exception {
        shim.fail(faulty, FaultShim.Op.WRITE, "ENOSPC");
        assertThat(dd("if=/dev/zero", "of=" + faulty.resolve("x"), "count=1")).contains("No space left on device");
        assertThat(dd("if=/dev/zero", "of=" + whole.resolve("x"), "count=1")).contains("512 bytes");
        shim.heal(faulty);
        assertThat(dd("if=/dev/zero", "of=" + faulty.resolve("x"), "count=1")).contains("512 bytes");
    }

    @Test
    void aSyncFails() throws Exception {
        shim.fail(faulty, FaultShim.Op.SYNC, "EIO");
        assertThat(dd("if=/dev/zero", "of=" + faulty.resolve("x"), "count=1", "conv=fsync"))
                .contains("Input/output error");
    }

    @Test
    void aDeadDiskCanNotBeReadEither() throws Exception {
        Files.writeString(faulty.resolve("x"), "something");
        shim.fail(faulty, FaultShim.Op.ALL, "EIO");
        assertThat(dd("if=" + faulty.resolve("x"), "of=/dev/null")).contains("Input/output error");
    }

    @Test
    void oneBitOfWhatIsReadIsWrong() throws Exception {
        byte[] text = "a value that somebody trusts".getBytes(StandardCharsets.UTF_8);
        Files.write(faulty.resolve("x"), text);
        shim.flip(faulty, 1);
        dd("if=" + faulty.resolve("x"), "of=" + whole.resolve("y"));
        byte[] read = Files.readAllBytes(whole.resolve("y"));
        int bits = 0;
        for (int i = 0; i < text.length; i++) {
            bits += Integer.bitCount((read[i] ^ text[i]) & 0xff);
        }
        assertThat(bits).isEqualTo(1);
        assertThat(Arrays.equals(Files.readAllBytes(faulty.resolve("x")), text)).isTrue();
    }

    private String dd(String... arguments) throws Exception {
        String[] command = new String[arguments.length + 1];
        command[0] = "dd";
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(shim.environment());
        builder.environment().put("LD_PRELOAD", shim.library().toString());
        builder.environment().put("LC_ALL", "C");
        Process process = builder.start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return printed;
    }
}
