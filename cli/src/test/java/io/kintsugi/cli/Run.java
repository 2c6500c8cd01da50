package io.kintsugi.cli;

import io.kintsugi.cli.command.Shell;
import io.kintsugi.common.Clock;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Runs command lines in a session of their own, on a clock that only waiting moves. */
public final class Run {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Map<String, String> env = new HashMap<>();
    private final AtomicLong nanos = new AtomicLong();
    private boolean interactive;
    private String answers = "";

    public Run(Path home) {
        env.put("KINTSUGI_HOME", home.toString());
    }

    public Run env(String name, String value) {
        env.put(name, value);
        return this;
    }

    /** At a terminal, where this is typed. */
    public Run atTerminal(String typed) {
        interactive = true;
        answers = typed;
        return this;
    }

    public int run(String... args) {
        out.reset();
        err.reset();
        return new Shell(session()).run(args);
    }

    public Session session() {
        var clock = new Clock() {
            @Override
            public long millis() {
                return TimeUnit.NANOSECONDS.toMillis(nanos.get());
            }

            @Override
            public long nanos() {
                return nanos.get();
            }
        };
        return new Session(
                new ByteArrayInputStream(answers.getBytes(StandardCharsets.UTF_8)),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                Map.copyOf(env),
                interactive,
                ZoneOffset.UTC,
                clock,
                millis -> nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis)));
    }

    public String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    public String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    public long secondsWaited() {
        return TimeUnit.NANOSECONDS.toSeconds(nanos.get());
    }
}
