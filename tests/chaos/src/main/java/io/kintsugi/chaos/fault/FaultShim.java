package io.kintsugi.chaos.fault;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Faults of storage, by directory, without root: a library preloaded into the daemons makes their calls fail, wait or read wrong bits
 * while a control file says so. {@code src/main/c/faultshim.c} says what it reaches and what it doesn't (memory-mapped files).
 */
public final class FaultShim {
    /** What a rule applies to. */
    public enum Op {
        /** Writes, and all that makes or changes a file. */
        WRITE("write"),
        SYNC("sync"),
        READ("read"),
        ALL("all");

        private final String text;

        Op(String text) {
            this.text = text;
        }
    }

    private final Path root;
    private final Path library;
    private final Path control;
    private final Set<String> rules = new TreeSet<>();

    private FaultShim(Path root, Path library, Path control) {
        this.root = root;
        this.library = library;
        this.control = control;
    }

    /** Why there can be none on this machine; empty when there can. */
    public static Optional<String> unavailable() {
        return NativeTool.unavailable().map(why -> "the fault shim " + why);
    }

    /**
     * Builds the library unless it is there, and an empty control file.
     *
     * @param root of the repository, which has the source
     * @param directory where the control file goes
     */
    public static FaultShim build(Path root, Path directory) {
        Path built = NativeTool.build(root, "faultshim.c", "faultshim.so", "-fPIC", "-shared", "-ldl", "-lpthread");
        try {
            Files.createDirectories(directory);
            FaultShim shim = new FaultShim(root, built, directory.resolve("faults"));
            shim.write();
            return shim;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What a process's environment has to hold so that the daemons which it starts have the shim. */
    public Map<String, String> environment() {
        return Map.of(
                "KINTSUGI_RUN_WITH",
                root.resolve("tests/chaos/src/main/sh/run-with-faults").toString(),
                "FAULT_SHIM",
                library.toString(),
                "FAULT_CTL",
                control.toString());
    }

    /** The library, for a process that isn't a daemon. */
    public Path library() {
        return library;
    }

    /** Calls on files below {@code directory} fail with an error such as {@code EIO} or {@code ENOSPC}. */
    public void fail(Path directory, Op op, String error) {
        rule(directory, op, error, 1);
    }

    /** Calls on this file, and on those beside it whose names begin with its, fail. */
    public synchronized void failFile(Path file, Op op, String error) {
        rules.add(file.toAbsolutePath() + " " + op.text + " " + error + " 1.0");
        write();
    }

    /** So many of the reads below {@code directory} come with one bit wrong. */
    public void flip(Path directory, double probability) {
        rule(directory, Op.READ, "flip", probability);
    }

    /** Calls on files below {@code directory} take so much longer. */
    public void slow(Path directory, Op op, long millis) {
        rule(directory, op, "sleepMs=" + millis, 1);
    }

    /** The files below {@code directory} are as they were before; what a process has concluded, it may still believe. */
    public synchronized void heal(Path directory) {
        rules.removeIf(rule -> rule.startsWith(directory + "/"));
        write();
    }

    /** No rule is left. */
    public synchronized void healAll() {
        rules.clear();
        write();
    }

    private synchronized void rule(Path directory, Op op, String what, double probability) {
        rules.add(directory.toAbsolutePath() + "/ " + op.text + " " + what + " " + probability);
        write();
    }

    /** Replaced whole, so that no process reads half of it; processes look every 20 ms. */
    private void write() {
        try {
            Path fresh = control.resolveSibling("faults.new");
            Files.write(fresh, rules);
            Files.move(fresh, control, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
