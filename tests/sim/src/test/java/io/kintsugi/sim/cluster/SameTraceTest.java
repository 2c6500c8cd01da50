package io.kintsugi.sim.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same arguments give the same last line, with its hash over every event, in whatever process. */
class SameTraceTest {
    private static final List<String> ARGUMENTS = List.of("--runs", "2", "--seed", "13", "--shrink", "0");

    @TempDir
    Path dir;

    @Test
    void theSameInProcessesWithOtherHeapsLocalesAndCollectors() throws Exception {
        Process small = start(
                "small",
                "-Xmx160m",
                "-XX:+UseSerialGC",
                "-Duser.language=tr",
                "-Duser.country=TR",
                "-Duser.timezone=Pacific/Auckland",
                "-Dfile.encoding=ISO-8859-1");
        Process large = start(
                "large",
                "-Xmx640m",
                "-XX:+UseParallelGC",
                "-XX:-UseCompressedOops",
                "-XX:+UnlockExperimentalVMOptions",
                "-XX:hashCode=3", // identity hashes that are counted, not drawn
                "-Duser.language=ar",
                "-Duser.country=EG",
                "-Duser.timezone=America/Caracas",
                "-Dfile.encoding=UTF-8");
        ClusterSim here = new ClusterSim(null);
        for (long seed = 13; seed < 15; seed++) {
            here.run(seed);
        }

        assertThat(lastLine(small, "small")).isEqualTo(here.summary());
        assertThat(lastLine(large, "large")).isEqualTo(here.summary());
    }

    private Process start(String name, String... options) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:+IgnoreUnrecognizedVMOptions", "-XX:TieredStopAtLevel=1"));
        command.addAll(List.of(options));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), SimMain.class.getName()));
        command.addAll(ARGUMENTS);
        return new ProcessBuilder(command)
                .redirectOutput(dir.resolve(name + ".out").toFile())
                .redirectError(dir.resolve(name + ".err").toFile())
                .start();
    }

    private String lastLine(Process process, String name) throws IOException, InterruptedException {
        try {
            assertThat(process.waitFor(3, TimeUnit.MINUTES)).as(name + " ends").isTrue();
        } finally {
            process.destroyForcibly();
        }
        List<String> lines = Files.readAllLines(dir.resolve(name + ".out"));
        assertThat(process.exitValue())
                .as(() -> name + ": " + read(dir.resolve(name + ".out")) + read(dir.resolve(name + ".err")))
                .isZero();
        return lines.getLast();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
