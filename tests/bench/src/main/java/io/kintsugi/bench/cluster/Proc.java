package io.kintsugi.bench.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What Linux knows of a process. */
public final class Proc {
    private static final double TICKS_PER_SECOND = 100; // USER_HZ: the same on every architecture that Java runs on
    private static final int UTIME = 11; // counted after the command's closing bracket
    private static final int STIME = 12;

    private Proc() {}

    /** CPU seconds that it has used so far, user and system. */
    public static double cpuSeconds(long pid) {
        String stat = read(pid, "stat");
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(fields[UTIME]) + Long.parseLong(fields[STIME])) / TICKS_PER_SECOND;
    }

    /** Resident memory, bytes. */
    public static long residentBytes(long pid) {
        return status(pid, "VmRSS:") * 1024;
    }

    public static long threads(long pid) {
        return status(pid, "Threads:");
    }

    private static long status(long pid, String key) {
        return read(pid, "status")
                .lines()
                .filter(l -> l.startsWith(key))
                .map(l -> l.substring(key.length()).replace("kB", "").strip())
                .mapToLong(Long::parseLong)
                .findFirst()
                .orElseThrow();
    }

    private static String read(long pid, String file) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(pid), file));
        } catch (IOException e) {
            throw new UncheckedIOException("process " + pid + " is gone", e);
        }
    }
}
