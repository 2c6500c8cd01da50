package io.kintsugi.cli;

import io.kintsugi.common.Clock;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.Map;

/**
 * All that a command takes from outside: streams, environment, time. One for the process, another for the prompt of {@code demo}.
 *
 * @param in what people answer when they are asked
 * @param out results
 * @param err errors and progress
 * @param env environment variables
 * @param interactive whether in- and output are a terminal, on which lines may be drawn again; told by the launcher
 * @param zone of the times that people read
 * @param pause the only way to wait
 */
public record Session(
        InputStream in,
        PrintStream out,
        PrintStream err,
        Map<String, String> env,
        boolean interactive,
        ZoneId zone,
        Clock clock,
        Pause pause) {
    /** Waiting, as a port. */
    @FunctionalInterface
    public interface Pause {
        /** Waits so many milliseconds; an interrupt ends the wait and stays set. */
        void millis(long millis);
    }

    /** The session of this process. */
    public static Session ofProcess() {
        return new Session(
                System.in,
                System.out,
                System.err,
                System.getenv(),
                Boolean.getBoolean("kintsugi.terminal"),
                ZoneId.systemDefault(),
                Clock.system(),
                Session::sleep);
    }

    /** The same with other streams. */
    public Session withStreams(PrintStream newOut, PrintStream newErr) {
        return new Session(in, newOut, newErr, env, interactive, zone, clock, pause);
    }

    /** The same with one variable of the environment set. */
    public Session withEnv(String name, String value) {
        var changed = new java.util.HashMap<>(env);
        changed.put(name, value);
        return new Session(in, out, err, Map.copyOf(changed), interactive, zone, clock, pause);
    }

    /** Where the context and the oneboxes are kept: KINTSUGI_HOME, else .kintsugi in the user's home. */
    public Path home() {
        String home = env.get("KINTSUGI_HOME");
        return home != null && !home.isBlank()
                ? Path.of(home).toAbsolutePath()
                : Path.of(System.getProperty("user.home"), ".kintsugi");
    }

    /** Where Kintsugi is installed: holds {@code bin/}. Told by the launcher. */
    public Path installation() {
        String root = System.getProperty("kintsugi.root");
        if (root == null) {
            throw new CliException(
                    ExitCode.FAILED,
                    "NO_INSTALLATION",
                    "kintsugi.root isn't set",
                    "Run the program through bin/kintsugi.");
        }
        return Path.of(root);
    }

    private static void sleep(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
