package io.kintsugi.cli.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.shell.jline3.PicocliJLineCompleter;

/** Where command lines come from: a terminal with history and completion, or plain standard input. */
interface Prompt extends AutoCloseable {
    String TEXT = "kintsugi> ";

    /** The next line; null at the end. */
    @Nullable
    String next();

    @Override
    void close();

    /** @param commands what can be completed */
    static Prompt of(boolean interactive, CommandSpec commands) {
        return interactive
                ? OnTerminal.open(commands)
                : new Plain(new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)));
    }

    /** Lines of a reader, without any editing. */
    record Plain(BufferedReader reader) implements Prompt {
        @Override
        public @Nullable String next() {
            try {
                return reader.readLine();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() {
            try {
                reader.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Ctrl-C drops a line, and interrupts a command that runs; Ctrl-D ends. */
    record OnTerminal(Terminal terminal, LineReader reader) implements Prompt {
        static OnTerminal open(CommandSpec commands) {
            try {
                Terminal terminal = TerminalBuilder.builder().system(true).build();
                Thread commandThread = Thread.currentThread();
                terminal.handle(Terminal.Signal.INT, signal -> commandThread.interrupt());
                LineReader reader = LineReaderBuilder.builder()
                        .terminal(terminal)
                        .appName("kintsugi")
                        .completer(new PicocliJLineCompleter(commands))
                        .build();
                return new OnTerminal(terminal, reader);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public @Nullable String next() {
            Thread.interrupted(); // what interrupted the last command must not end this read
            while (true) {
                try {
                    return reader.readLine(TEXT);
                } catch (UserInterruptException e) {
                    terminal.writer().println("Ctrl-D or `exit` ends the demo.");
                } catch (EndOfFileException e) {
                    return null;
                }
            }
        }

        @Override
        public void close() {
            try {
                terminal.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
