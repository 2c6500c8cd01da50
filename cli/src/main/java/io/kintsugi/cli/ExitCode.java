package io.kintsugi.cli;

/** What the process ends with; documented in {@code kintsugi --help}. */
public final class ExitCode {
    /** Done. */
    public static final int OK = 0;

    /** The cluster did, or tried, what was asked, and it failed. */
    public static final int FAILED = 1;

    /** Wrong usage, or a request that the cluster refuses (HTTP 4xx). */
    public static final int USAGE = 2;

    /** No master answers, or none of those that do can serve. */
    public static final int UNREACHABLE = 3;

    /** What was named doesn't exist. */
    public static final int NOT_FOUND = 4;

    /** A write may or may not have happened. */
    public static final int UNKNOWN = 5;

    private ExitCode() {}
}
