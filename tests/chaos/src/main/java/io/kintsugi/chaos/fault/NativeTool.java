package io.kintsugi.chaos.fault;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Programs and libraries of {@code src/main/c}, built with gcc when they are first needed. */
final class NativeTool {
    private NativeTool() {}

    /** Why nothing can be built; empty when it can. */
    static Optional<String> unavailable() {
        if (!System.getProperty("os.name").equals("Linux")) {
            return Optional.of("needs Linux and glibc");
        }
        return Command.exists("gcc") ? Optional.empty() : Optional.of("needs gcc and libc6-dev");
    }

    /**
     * Builds it unless it is there and newer than its source.
     *
     * @param root of the repository
     * @param flags further ones of the compiler
     */
    static Path build(Path root, String source, String result, String... flags) throws UncheckedIOException {
        Path from = root.resolve("tests/chaos/src/main/c").resolve(source);
        Path built = root.resolve("tests/chaos/target/native").resolve(result);
        try {
            Files.createDirectories(built.getParent());
            if (!Files.exists(built)
                    || Files.getLastModifiedTime(built).compareTo(Files.getLastModifiedTime(from)) < 0) {
                Path fresh = Files.createTempFile(built.getParent(), "fresh", "");
                List<String> command = new ArrayList<>(List.of("gcc", "-O2", "-o", "" + fresh, "" + from));
                command.addAll(List.of(flags));
                Command.run(command.toArray(String[]::new));
                Files.move(fresh, built, StandardCopyOption.ATOMIC_MOVE);
            }
            return built;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
