package io.kintsugi.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a row gets: where the product is, a directory to work in, how long to take.
 *
 * @param installation the repository, with {@code bin/kintsugi}
 * @param work a directory on the disk that is measured; emptied
 * @param progress what is going on, for who waits
 */
public record Bench(Path installation, Path work, boolean quick, PrintStream progress) {
    /** One row of the table, or a few that are measured together. */
    public interface Row {
        String name();

        /** One sentence for {@code --list}. */
        String what();

        /** Measures. Failures are exceptions with a message that says what was being done. */
        List<Figure> run(Bench bench);
    }

    /** The first unless {@code --quick} was asked for. */
    public int size(int full, int quickly) {
        return quick ? quickly : full;
    }

    public void say(String text) {
        progress.println("  " + text);
        progress.flush();
    }

    /** An empty directory of this name. */
    public Path directory(String name) {
        Path dir = work.resolve(name);
        try {
            deleteTree(dir);
            return Files.createDirectories(dir);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static void deleteTree(Path dir) {
        if (!Files.exists(dir)) {
            return;
        }
        try (Stream<Path> tree = Files.walk(dir)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("removing " + dir, e);
        }
    }
}
