package io.kintsugi.cli;

import io.kintsugi.cli.command.Shell;

/** {@code kintsugi}. */
public final class Main {
    private Main() {}

    /** Runs one command line and ends the process with its {@link ExitCode}. */
    public static void main(String[] args) {
        int status = new Shell(Session.ofProcess()).run(args);
        System.out.flush();
        System.exit(status);
    }
}
