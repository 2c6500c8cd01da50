package io.kintsugi.cli.onebox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Names a process: its pid and when it began. The process is ours only if both fit (in a file without the time: if its command line names
 * our configuration). A pid that the system gave to another since is nobody's.
 *
 * @param mark what is in the command line of ours
 */
record PidFile(Path path, String mark) {
    /** Of the fields after the name in /proc/PID/stat. */
    private static final int START_TIME = 19;

    /**
     * A live process, as it was found.
     *
     * @param said what the file says while it is this one's
     */
    record Running(PidFile file, String said) {
        /** Whether this very process lives. */
        boolean lives() {
            return file.isOurs(said);
        }

        /** Removes the file, unless it speaks of another by now. */
        void forget() {
            try {
                if (file.read().filter(said::equals).isPresent()) {
                    Files.deleteIfExists(file.path);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Names a process that was just started. */
    void write(long pid) throws IOException {
        Files.writeString(path, (pid + " " + startTime(pid)).strip() + "\n");
    }

    OptionalLong pid() {
        return running().map(found -> OptionalLong.of(pidOf(found.said()))).orElse(OptionalLong.empty());
    }

    /** The process, if it lives. */
    Optional<Running> running() {
        return read().filter(this::isOurs).map(said -> new Running(this, said));
    }

    private Optional<String> read() {
        try {
            return Optional.of(Files.readString(path).strip());
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean isOurs(String said) {
        long pid = pidOf(said);
        String[] words = said.split(" ");
        return pid > 0
                && (words.length > 1
                        ? words[1].equals(startTime(pid))
                        : commandLine(pid).contains(mark));
    }

    private static long pidOf(String said) {
        String pid = said.split(" ")[0];
        return pid.matches("[0-9]{1,18}") ? Long.parseLong(pid) : 0;
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
    private static String commandLine(long pid) {
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
