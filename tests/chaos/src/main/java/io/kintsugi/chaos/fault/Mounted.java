package io.kintsugi.chaos.fault;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A directory as a file system of its own (in memory, with what was in the directory), which can be taken away under whoever uses it, and put
 * back with all that is on it.
 */
public final class Mounted implements AutoCloseable {
    private final Path path;
    private final Path content;
    private boolean there;

    private Mounted(Path path, Path content) {
        this.path = path;
        this.content = content;
    }

    /** Why it can't be done here. */
    public static Optional<String> unavailable() {
        return Namespaces.unavailable();
    }

    /** Nobody may use the directory meanwhile. */
    public static Mounted at(Path directory) {
        Mounted mounted = new Mounted(directory, directory.resolveSibling(directory.getFileName() + ".content"));
        try {
            Files.createDirectory(mounted.content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Command.run("mount", "-t", "tmpfs", "-o", "size=1g", "kintsugi-chaos", "" + mounted.content);
        mounted.moveContent(directory, mounted.content);
        mounted.putBack();
        return mounted;
    }

    public void putBack() {
        Command.run("mount", "--bind", "" + content, "" + path);
        there = true;
    }

    /** Files that are open stay so; by its path nothing of it is found. */
    public void takeAway() {
        Command.run("umount", "-l", "" + path);
        there = false;
    }

    /** There is no mount any more, and nothing of what was on it. */
    @Override
    public void close() {
        if (there) {
            takeAway();
        }
        Command.run("umount", "-l", "" + content);
    }

    private void moveContent(Path from, Path to) {
        Command.run("sh", "-c", "cp -a \"$0\"/. \"$1\" && find \"$0\" -mindepth 1 -delete", "" + from, "" + to);
    }
}
