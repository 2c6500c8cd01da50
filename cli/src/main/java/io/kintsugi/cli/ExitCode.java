package io.kintsugi.cli;

/** What the process ends with; documented in {@code kintsugi --help} and {@code docs/reference/cli.md}. */
public final class ExitCode {
    /** Done. */
    public static final int OK = 0;

    /** The cluster did, or tried, what was asked, and it failed. */
    public static final int FAILED = 1;

    /** Wrong usage: what is asked makes no sense (HTTP 400). */
    public static final int USAGE = 2;

    /** No master answers, or none of those that do can serve. */
    public static final int UNREACHABLE = 3;

    /** What was named doesn't exist. */
    public static final int NOT_FOUND = 4;

    /** A write may or may not have happened. */
    public static final int UNKNOWN = 5;

    /** The cluster refuses it as things stand (HTTP 409). */
    public static final int REFUSED = 6;

    /** The answer to the question is no: {@code drain-check}, or a dry run of what can't be done in full. */
    public static final int NO = 7;

    /** {@code cluster health}, {@code partition check}: something wants attention. */
    public static final int WARNING = 8;

    /** {@code cluster health}, {@code partition check}: something is broken now. */
    public static final int CRITICAL = 9;

    private ExitCode() {}
}
