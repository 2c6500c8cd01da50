package io.kintsugi.sim.bugs;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The seed by which the whole cluster found each planted bug last, so that showing it again is cheap: {@code found.seeds}, a line a bug with
 * its name, its seed and the law that it breaks. {@code -} for the seed: nothing can show it, for the reason that follows.
 */
final class FoundSeeds {
    /** @param seed 0: not to be found */
    record Found(long seed, String how) {}

    private static final String FILE = "found.seeds";
    private static final Path IN_CHECKOUT = Path.of("tests/sim/src/main/resources/io/kintsugi/sim/bugs", FILE);
    private static final int COLUMNS = 3;

    private final Map<String, Found> all = new TreeMap<>();

    private FoundSeeds() {}

    static FoundSeeds read() {
        try (InputStream in = FoundSeeds.class.getResourceAsStream(FILE)) {
            FoundSeeds seeds = new FoundSeeds();
            String text = in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
            text.lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .forEach(seeds::line);
            return seeds;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void line(String line) {
        List<String> words = List.of(line.split(" +", COLUMNS));
        all.put(words.get(0), new Found(words.get(1).equals("-") ? 0 : Long.parseLong(words.get(1)), words.get(2)));
    }

    /** By what seed it was found; 1 when it wasn't yet. */
    long seed(String bug) {
        return Math.max(1, all.containsKey(bug) ? all.get(bug).seed : 1);
    }

    /** Why nothing can show this bug; null when something can. */
    String hidden(String bug) {
        return all.containsKey(bug) && all.get(bug).seed == 0 ? all.get(bug).how : null;
    }

    void found(String bug, long seed, String how) {
        all.put(bug, new Found(seed, how));
    }

    /** The file in the checkout that has this root. */
    static Path in(Path root) {
        return root.resolve(IN_CHECKOUT);
    }

    /** @param root of the checkout */
    void write(Path root) {
        String text = all.entrySet().stream()
                .map(e -> e.getKey() + " " + (e.getValue().seed == 0 ? "-" : e.getValue().seed) + " " + e.getValue().how
                        + "\n")
                .collect(Collectors.joining());
        try {
            Files.writeString(
                    in(root),
                    "# Written by `bin/kintsugi-sim bugs --write .`: planted bug, seed of the whole cluster that finds it,"
                            + " law that it breaks.\n"
                            + text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
