package io.kintsugi.cli.onebox;

import io.kintsugi.cli.CliException;
import io.kintsugi.cli.ExitCode;
import io.kintsugi.cli.Session;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * The instances' processes. A process is ours only if its pid is in the instance's pid file <em>and</em> it began when the file says
 * (in a file without that: its command line names the instance's configuration). A pid that the system gave to another since is never
 * signalled.
 */
final class Processes {
    private static final List<Path> SETSID = List.of(Path.of("/usr/bin/setsid"), Path.of("/bin/setsid"));
    /** Of the fields after the name in /proc/PID/stat. */
    private static final int START_TIME = 19;

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
        stopped
    }

    /** The pid of its live process. */
    OptionalLong pid(Layout.Instance instance) {
        try {
            String[] words = Files.readString(instance.pidFile()).strip().split(" ");
            long pid = Long.parseLong(words[0]);
            boolean ours = words.length > 1
                    ? words[1].equals(startTime(pid))
                    : commandLine(pid).contains(instance.config().toString());
            return ours ? OptionalLong.of(pid) : OptionalLong.empty();
        } catch (NoSuchFileException | NumberFormatException e) {
            return OptionalLong.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    State state(Layout.Instance instance) {
        OptionalLong pid = pid(instance);
        if (pid.isEmpty()) {
            return State.stopped;
        }
        try {
            String stat = Files.readString(Path.of("/proc", "" + pid.getAsLong(), "stat"));
            return stat.substring(stat.lastIndexOf(')') + 1).strip().startsWith("T") ? State.paused : State.running;
        } catch (IOException e) {
            return ProcessHandle.of(pid.getAsLong()).isPresent() ? State.running : State.stopped;
        }
    }

    /** Starts an instance's process, which outlives this one. Its output is added to its log. */
    long start(Layout.Instance instance, List<String> jvmFlags, boolean failpoints) {
        var command = new ArrayList<String>();
        // A session of its own: neither Ctrl-C here nor the terminal's end reaches it.
        SETSID.stream().filter(Files::isExecutable).findFirst().ifPresent(setsid -> command.add(setsid.toString()));
        command.add(session.installation()
                .resolve("bin")
                .resolve(instance.master() ? "kintsugi-master" : "kintsugi-datanode")
                .toString());
        jvmFlags.forEach(flag -> command.add("-J" + flag));
        // The directory that the daemon empties at start: native libraries of a killed one don't pile up.
        Path temporary = instance.dir().resolve("data").resolve("tmp");
        command.add("-J-Djava.io.tmpdir=" + temporary);
        command.addAll(List.of("--config", instance.config().toString()));
        if (failpoints) {
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
            long pid = builder.start().pid();
            Files.writeString(instance.pidFile(), (pid + " " + startTime(pid)).strip() + "\n");
            return pid;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends at once, as a crash would, and waits until it is gone. Nothing if it doesn't run. */
    void kill(List<Layout.Instance> instances) {
        end(instances, "KILL");
    }

    /** Asks to end in order, and waits; who doesn't end in time is killed. */
    void stop(List<Layout.Instance> instances) {
        resume(instances);
        for (Layout.Instance late : end(instances, "TERM")) {
            session.err().println(late.name() + " doesn't stop: killed");
            kill(List.of(late));
        }
    }

    void pause(List<Layout.Instance> instances) {
        instances.forEach(instance -> signal(instance, "STOP"));
    }

    void resume(List<Layout.Instance> instances) {
        instances.stream()
                .filter(instance -> state(instance) == State.paused)
                .forEach(instance -> signal(instance, "CONT"));
    }

    /** @return those that still run after the wait */
    private List<Layout.Instance> end(List<Layout.Instance> instances, String signal) {
        instances.forEach(instance -> signal(instance, signal));
        long started = session.clock().nanos();
        var running = new ArrayList<>(instances);
        while (true) {
            running.removeIf(instance -> pid(instance).isEmpty());
            if (running.isEmpty() || session.clock().nanos() - started > TimeUnit.MILLISECONDS.toNanos(STOP_MILLIS)) {
                break;
            }
            session.pause().millis(POLL_MILLIS);
        }
        for (Layout.Instance instance : instances) {
            if (!running.contains(instance)) {
                deletePidFile(instance);
            }
        }
        return running;
    }

    private void signal(Layout.Instance instance, String signal) {
        OptionalLong pid = pid(instance);
        if (pid.isEmpty()) {
            return;
        }
        try {
            Process kill = new ProcessBuilder("kill", "-" + signal, "" + pid.getAsLong())
                    .inheritIO()
                    .start();
            if (kill.waitFor() != 0 && pid(instance).isPresent()) {
                throw new CliException(
                        ExitCode.FAILED,
                        "SIGNAL_FAILED",
                        "can't send SIG" + signal + " to " + instance.name() + ", pid " + pid.getAsLong(),
                        null);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void deletePidFile(Layout.Instance instance) {
        try {
            Files.deleteIfExists(instance.pidFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * What tells a process from a later one of the same pid, and stays while it becomes another program (setsid, bash, java): its
     * command line doesn't, and reads as empty for a moment. Empty when there is no such process, or it is a zombie.
     */
    private static String startTime(long pid) {
        if (Files.isDirectory(Path.of("/proc/self"))) {
            try {
                String stat = Files.readString(Path.of("/proc", "" + pid, "stat"));
                String[] fields =
                        stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ");
                return fields[0].equals("Z") || fields[0].equals("X") ? "" : fields[START_TIME];
            } catch (IOException e) {
                return ""; // gone, or going
            }
        }
        return ProcessHandle.of(pid)
                .flatMap(handle -> handle.info().startInstant())
                .map(start -> "" + start.toEpochMilli())
                .orElse("");
    }

    /** Words of a live process, with blanks between; empty when there is no such process (or it is a zombie). */
    private static String commandLine(long pid) throws IOException {
        if (Files.isDirectory(Path.of("/proc/self"))) {
            try {
                return new String(Files.readAllBytes(Path.of("/proc", "" + pid, "cmdline")), StandardCharsets.UTF_8)
                        .replace('\0', ' ');
            } catch (IOException e) {
                // Gone, or going: /proc answers ENOENT or ESRCH then.
                return "";
            }
        }
        return ProcessHandle.of(pid)
                .flatMap(handle -> handle.info().commandLine())
                .orElse("");
    }
}
