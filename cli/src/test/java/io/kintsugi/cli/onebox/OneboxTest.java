package io.kintsugi.cli.onebox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kintsugi.cli.CliException;
import io.kintsugi.cli.ExitCode;
import io.kintsugi.cli.Run;
import io.kintsugi.common.config.ConfigFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OneboxTest {
    @TempDir
    Path home;

    @Test
    void everyInstanceHasAnAddressAndFiles() throws IOException {
        Onebox onebox = Onebox.create(new Run(home).session(), "box", null, 3, 2, 2, Layout.Launch.PLAIN, Map.of());
        Layout layout = onebox.layout();
        assertThat(layout.instances()).extracting(Layout.Instance::name).containsExactly("m1", "m2", "m3", "d1", "d2");
        assertThat(layout.instances())
                .extracting(Layout.Instance::host)
                .doesNotHaveDuplicates()
                .allMatch(host -> host.startsWith("127."));
        assertThat(layout.instance("d1").host()).isEqualTo(layout.network() + ".101");
        assertThat(layout.instance("d1").dir().resolve("disk2")).isDirectory();
        assertThat(Files.readString(layout.instance("m2").config()))
                .contains("m1=" + layout.network() + ".1:17010:17020:17030");
        assertThat(onebox.live()).isEmpty();
        assertThat(Onebox.open(new Run(home).session(), "box").layout()).isEqualTo(layout);
    }

    @Test
    void datanodesCanBeAdded() {
        Layout before = Onebox.create(new Run(home).session(), "box", null, 1, 2, 1, Layout.Launch.PLAIN, Map.of())
                .layout();
        Layout after =
                Onebox.open(new Run(home).session(), "box").withMoreDatanodes(2).layout();
        assertThat(after.instances()).containsAll(before.instances()).hasSize(5);
        assertThat(after.instance("d4").config()).exists();
        assertThat(Onebox.open(new Run(home).session(), "box").layout()).isEqualTo(after);
    }

    @Test
    void whatIsWrittenIsReadableConfiguration() {
        Layout layout = Onebox.create(
                        new Run(home).session(),
                        "box",
                        home.resolve("o'box dir"),
                        1,
                        1,
                        1,
                        Layout.Launch.PLAIN,
                        Map.of("heartbeat.interval", "100ms"))
                .layout();
        assertThat(ConfigFile.load(layout.instance("m1").config(), List.of())).isNotNull();
        assertThat(ConfigFile.load(layout.instance("d1").config(), List.of())).isNotNull();
        assertThat(layout.instance("d1").config()).content().contains("heartbeat.interval: '100ms'");
        assertThat(layout.instance("m1").config()).content().doesNotContain("heartbeat");
        assertThat(Layout.read(layout.dir())).isEqualTo(layout);
    }

    @Test
    void aDirectoryElsewhereIsFoundByNameAndRemovedWhole() {
        var session = new Run(home).session();
        Path elsewhere = home.resolve("elsewhere");
        Onebox.create(session, "box", elsewhere, 1, 0, 1, Layout.Launch.PLAIN, Map.of());
        assertThat(Onebox.all(session)).hasSize(1);
        Onebox.open(session, "box").clear();
        assertThat(elsewhere).doesNotExist();
        assertThat(Onebox.all(session)).isEmpty();
    }

    @Test
    void aDirectoryInUseIsRefused() throws IOException {
        Files.writeString(home.resolve("file"), "precious");
        assertThatThrownBy(() ->
                        Onebox.create(new Run(home).session(), "box", home, 1, 0, 1, Layout.Launch.PLAIN, Map.of()))
                .isInstanceOfSatisfying(
                        CliException.class, e -> assertThat(e.reason()).isEqualTo("DIR_NOT_EMPTY"));
        assertThat(home.resolve("file")).exists();
    }

    @Test
    void aProcessThatIsntOursIsNeverSignalled() throws IOException {
        Onebox onebox = Onebox.create(new Run(home).session(), "box", null, 1, 0, 1, Layout.Launch.PLAIN, Map.of());
        Layout.Instance m1 = onebox.layout().instance("m1");
        Files.writeString(m1.pidFile(), ProcessHandle.current().pid() + "\n");
        assertThat(onebox.live()).isEmpty();
        onebox.kill(List.of(m1)); // this very process would die
        assertThat(onebox.state(m1)).isEqualTo("stopped");
        // the pid is in use again, by one that began at another time
        Files.writeString(m1.pidFile(), ProcessHandle.current().pid() + " 1\n");
        assertThat(onebox.live()).isEmpty();
    }

    /** While it becomes another program a process has no command line for a moment; it must not pass for dead then. */
    @Test
    void aProcessIsKnownWhateverProgramItBecomes() throws IOException {
        Path bin = Files.createDirectories(home.resolve("bin"));
        Path master = Files.writeString(bin.resolve("kintsugi-master"), "#!/bin/sh\nexec sleep 600\n");
        assertThat(master.toFile().setExecutable(true)).isTrue();
        Onebox onebox = Onebox.create(new Run(home).session(), "box", null, 1, 0, 1, Layout.Launch.PLAIN, Map.of());
        Layout.Instance m1 = onebox.layout().instance("m1");
        System.setProperty("kintsugi.root", home.toString());
        try {
            onebox.start(List.of(m1));
            long pid = Long.parseLong(onebox.pid(m1));
            Awaitility.await().until(() -> Files.readString(Path.of("/proc", "" + pid, "cmdline"))
                    .startsWith("sleep"));
            assertThat(onebox.state(m1)).isEqualTo("running");
        } finally {
            System.clearProperty("kintsugi.root");
            onebox.kill(List.of(m1));
        }
        Awaitility.await().untilAsserted(() -> assertThat(onebox.state(m1)).isEqualTo("stopped"));
    }

    @Test
    void ourProcessIsPausedResumedAndEnded() throws IOException {
        Onebox onebox = Onebox.create(new Run(home).session(), "box", null, 1, 0, 1, Layout.Launch.PLAIN, Map.of());
        Layout.Instance m1 = onebox.layout().instance("m1");
        Process process = new ProcessBuilder(
                        "sh", "-c", "while :; do sleep 1; done", m1.config().toString())
                .start();
        try {
            Files.writeString(m1.pidFile(), process.pid() + "\n");
            assertThat(onebox.state(m1)).isEqualTo("running");
            onebox.pause(List.of(m1));
            Awaitility.await().untilAsserted(() -> assertThat(onebox.state(m1)).isEqualTo("paused"));
            onebox.resume(List.of(m1));
            Awaitility.await().untilAsserted(() -> assertThat(onebox.state(m1)).isEqualTo("running"));
            onebox.kill(List.of(m1));
            Awaitility.await().untilAsserted(() -> assertThat(process.isAlive()).isFalse());
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void commandsOnWhatIsntThere() {
        var run = new Run(home);
        assertThat(run.run("onebox", "stop")).isEqualTo(ExitCode.NOT_FOUND);
        assertThat(run.run("onebox", "clear")).isZero();
        assertThat(run.run("clear_onebox")).isZero();
        assertThat(run.run("onebox", "list", "-o", "json")).isZero();
        assertThat(run.out().replaceAll("\\s", "")).isEqualTo("[]");
        assertThat(run.run("onebox", "start", "-m", "2")).isEqualTo(ExitCode.USAGE);
        assertThat(run.err()).contains("[BAD_MASTERS]");
        Onebox.create(run.session(), "onebox", null, 1, 0, 1, Layout.Launch.PLAIN, Map.of());
        assertThat(run.run("onebox", "kill", "m9")).isEqualTo(ExitCode.NOT_FOUND);
        assertThat(run.err()).contains("It has m1.");
        assertThat(run.run("onebox", "kill", "m1")).isEqualTo(ExitCode.FAILED);
        assertThat(run.run("stop_onebox_instance", "-m", "1", "-r", "1")).isEqualTo(ExitCode.USAGE);
        assertThat(run.run("stop_onebox_instance", "-m", "1")).isZero();
    }
}
