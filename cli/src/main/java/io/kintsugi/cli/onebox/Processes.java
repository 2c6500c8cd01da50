package io.kintsugi.cli.onebox;

import io.kintsugi.cli.CliException;
import io.kintsugi.cli.ExitCode;
import io.kintsugi.cli.Session;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * The instances' processes, each started by itself or below a guard that starts it again. Only what {@link PidFile} knows as ours is
 * signalled.
 */
final class Processes {
    private static final List<Path> SETSID = List.of(Path.of("/usr/bin/setsid"), Path.of("/bin/setsid"));
    private static final long STOP_MILLIS = 20_000;
    private static final long POLL_MILLIS = 20;

    private final Session session;

    Processes(Session session) {
        this.session = session;
    }

    /** What an instance's process is doing. */
    enum State {
        running,
        paused,
        /** It has ended; its guard lives. */
        restarting,
        stopped
    }

    /** The pid of its live process. */
    OptionalLong pid(Layout.Instance instance) {
        return daemon(instance).pid();
    }

    /** Whether its process lives, or a guard that will start it again. */
    boolean lives(Layout.Instance instance) {
        return pid(instance).isPresent() || guard(instance).pid().isPresent();
    }

    State state(Layout.Instance instance) {
        OptionalLong pid = pid(instance);
        if (pid.isEmpty()) {
            return guard(instance).pid().isPresent() ? State.restarting : State.stopped;
        }
        try {
            String stat = Files.readString(Path.of("/proc", "" + pid.getAsLong(), "stat"));
            return stat.substring(stat.lastIndexOf(')') + 1).strip().startsWith("T") ? State.paused : State.running;
        } catch (IOException e) {
            return ProcessHandle.of(pid.getAsLong()).isPresent() ? State.running : State.stopped;
        }
    }

    private static PidFile daemon(Layout.Instance instance) {
        return new PidFile(instance.pidFile(), instance.config().toString());
    }

    private static PidFile guard(Layout.Instance instance) {
        return new PidFile(instance.guardFile(), instance.config().toString());
    }

    /** Starts an instance's process, which outlives this one, or the guard that does. Its output is added to its log. */
    void start(Layout.Instance instance, List<String> jvmFlags, Layout.Launch launch) {
        // The directory that the daemon empties at start: native libraries of a killed one don't pile up.
        Path temporary = instance.dir().resolve("data").resolve("tmp");
        var command = new ArrayList<String>();
        // A session of its own: neither Ctrl-C here nor the terminal's end reaches it.
        SETSID.stream().filter(Files::isExecutable).findFirst().ifPresent(setsid -> command.add(setsid.toString()));
        String kind = instance.master() ? "master" : "datanode";
        if (launch.guarded()) {
            command.addAll(List.of(
                    program("kintsugi-guard"), "--pid-file", instance.pidFile().toString(), kind));
        } else {
            command.add(program("kintsugi-" + kind));
        }
        jvmFlags.forEach(flag -> command.add("-J" + flag));
        command.add("-J-Djava.io.tmpdir=" + temporary);
        command.addAll(List.of("--config", instance.config().toString()));
        if (launch.failpoints()) {
            command.add("--failpoints");
        }
        try {
            Files.createDirectories(temporary);
            var builder = new ProcessBuilder(command).directory(instance.dir().toFile());
            builder.environment().put("KINTSUGI_NO_BUILD", "1");
            builder.redirectInput(Path.of("/dev/null").toFile());
            builder.redirectErrorStream(true)
                    .redirectOutput(
                            ProcessBuilder.Redirect.appendTo(instance.log().toFile()));
            (launch.guarded() ? guard(instance) : daemon(instance))
                    .write(builder.start().pid());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String program(String name) {
        return session.installation().resolve("bin").resolve(name).toString();
    }

    /** Ends daemons at once, as a crash would, and waits until they are gone. Nothing if one doesn't run. Guards start theirs again. */
    void kill(List<Layout.Instance> instances) {
        end(instances.stream().map(Processes::daemon).toList(), "KILL");
    }

    /** The same for good: their guards go first. */
    void killForGood(List<Layout.Instance> instances) {
        end(instances.stream().map(Processes::guard).toList(), "KILL");
        kill(instances);
    }

    /** Asks to end in order, and waits; who doesn't end in time is killed. Guards are asked, and ask theirs. */
    void stop(List<Layout.Instance> instances) {
        resume(instances);
        end(
                instances.stream()
                        .map(instance -> guard(instance).pid().isPresent() ? guard(instance) : daemon(instance))
                        .toList(),
                "TERM");
        List<Layout.Instance> late = instances.stream().filter(this::lives).toList();
        late.forEach(instance -> session.err().println(instance.name() + " doesn't stop: killed"));
        killForGood(late);
    }

    void pause(List<Layout.Instance> instances) {
        instances.forEach(instance -> signal(daemon(instance), "STOP"));
    }

    void resume(List<Layout.Instance> instances) {
        instances.stream()
                .filter(instance -> state(instance) == State.paused)
                .forEach(instance -> signal(daemon(instance), "CONT"));
    }

    /** Waits until these processes have gone, however soon a guard starts others in their place, or it takes too long. */
    private void end(List<PidFile> files, String signal) {
        var running = new ArrayList<PidFile.Running>();
        for (PidFile file : files) {
            file.running().ifPresent(running::add);
            signal(file, signal);
        }
        List<PidFile.Running> all = List.copyOf(running);
        long started = session.clock().nanos();
        while (true) {
            running.removeIf(each -> !each.lives());
            if (running.isEmpty() || session.clock().nanos() - started > TimeUnit.MILLISECONDS.toNanos(STOP_MILLIS)) {
                break;
            }
            session.pause().millis(POLL_MILLIS);
        }
        all.stream().filter(each -> !running.contains(each)).forEach(PidFile.Running::forget);
    }

    private static void signal(PidFile file, String signal) {
        OptionalLong pid = file.pid();
        if (pid.isEmpty()) {
            return;
        }
        try {
            Process kill = new ProcessBuilder("kill", "-" + signal, "" + pid.getAsLong())
                    .inheritIO()
                    .start();
            if (kill.waitFor() != 0 && file.pid().equals(pid)) {
                throw new CliException(
                        ExitCode.FAILED,
                        "SIGNAL_FAILED",
                        "can't send SIG" + signal + " to pid " + pid.getAsLong() + " of " + file.path(),
                        null);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
