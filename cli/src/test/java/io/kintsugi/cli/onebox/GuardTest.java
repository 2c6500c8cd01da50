package io.kintsugi.cli.onebox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kintsugi.cli.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code bin/kintsugi-guard}, and a onebox whose processes have one. The daemon is a script of the test. */
class GuardTest {
    @TempDir
    Path root;

    private Path bin;

    @BeforeEach
    void installation() throws IOException {
        bin = Files.createDirectories(root.resolve("bin"));
        Path guard = bin.resolve("kintsugi-guard");
        Files.copy(Path.of("..", "bin", "kintsugi-guard"), guard);
        assertThat(guard.toFile().setExecutable(true)).isTrue();
        System.setProperty("kintsugi.root", root.toString());
    }

    @AfterEach
    void forgetIt() {
        System.clearProperty("kintsugi.root");
    }

    /** A master that notes each start with its arguments, and then does so. */
    private void daemon(String then) throws IOException {
        Path master = Files.writeString(
                bin.resolve("kintsugi-master"),
                "#!/bin/sh\necho \"started $*\" >>" + root.resolve("starts") + "\n" + then + "\n");
        assertThat(master.toFile().setExecutable(true)).isTrue();
    }

    private List<String> starts() throws IOException {
        Path file = root.resolve("starts");
        return Files.exists(file) ? Files.readAllLines(file) : List.of();
    }

    private Process guard(String... arguments) throws IOException {
        List<String> command =
                new ArrayList<>(List.of(bin.resolve("kintsugi-guard").toString()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(root.resolve("said").toFile())
                .start();
    }

    private static int end(Process guard) throws InterruptedException {
        assertThat(guard.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return guard.exitValue();
    }

    @Test
    void whoeverEndsIsStartedAgainWithTheSameArguments() throws Exception {
        daemon("exit 70");
        Process guard = guard("master", "--config", "a b.yaml");
        await().until(() -> starts().size() >= 2);
        guard.destroy();
        assertThat(end(guard)).isZero();
        assertThat(starts()).allMatch("started --config a b.yaml"::equals);
        assertThat(root.resolve("said")).content().contains("ended with status 70", "started again in 1 s");
    }

    @Test
    void whoRefusesItsConfigurationIsNotStartedAgain() throws Exception {
        daemon("exit 2");
        assertThat(end(guard("master"))).isEqualTo(2);
        assertThat(starts()).hasSize(1);
        assertThat(root.resolve("said")).content().contains("not started again");
    }

    @Test
    void askedToStopItStopsItsDaemonInOrderFirst() throws Exception {
        daemon("trap 'echo in order >>" + root.resolve("starts") + "; exit 0' TERM\nwhile :; do sleep 0.1; done");
        Path pidFile = root.resolve("pid");
        Process guard = guard("--pid-file", pidFile.toString(), "master");
        await().until(() -> Files.exists(pidFile) && starts().size() == 1);
        assertThat(new PidFile(pidFile, "").pid()).isPresent();
        guard.destroy();
        assertThat(end(guard)).isZero();
        assertThat(starts()).endsWith("in order");
        assertThat(pidFile).doesNotExist();
    }

    @Test
    void aMistypedCallIsRefused() throws Exception {
        assertThat(end(guard("mistress"))).isEqualTo(2);
        assertThat(root.resolve("said")).content().contains("'mistress' is neither master nor datanode", "usage:");
    }

    @Test
    void inAOneboxWhatIsKilledComesBackUntilItIsStopped() throws Exception {
        daemon("exec sleep 600");
        Run run = new Run(root.resolve("home"));
        var launch = new Layout.Launch(false, true);
        Onebox onebox = Onebox.create(run.session(), "box", null, 1, 0, 1, launch, Map.of());
        assertThat(Onebox.open(run.session(), "box").layout().launch()).isEqualTo(launch);
        List<Layout.Instance> m1 = List.of(onebox.layout().instance("m1"));
        try {
            onebox.start(m1);
            await().until(() -> onebox.state(m1.getFirst()).equals("running"));
            String first = onebox.pid(m1.getFirst());
            onebox.kill(m1);
            assertThat(onebox.live()).isEqualTo(m1);
            await().until(() -> onebox.state(m1.getFirst()).equals("running"));
            assertThat(onebox.pid(m1.getFirst())).isNotEqualTo(first);
            onebox.stop(m1);
            assertThat(onebox.state(m1.getFirst())).isEqualTo("stopped");
            assertThat(onebox.live()).isEmpty();
        } finally {
            onebox.killForGood();
        }
    }
}
