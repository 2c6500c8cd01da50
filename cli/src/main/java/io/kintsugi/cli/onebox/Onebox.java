package io.kintsugi.cli.onebox;

import io.kintsugi.cli.CliException;
import io.kintsugi.cli.Context;
import io.kintsugi.cli.ExitCode;
import io.kintsugi.cli.Session;
import io.kintsugi.common.process.DataDir;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A cluster of real processes on this machine: what {@code kintsugi onebox} does to it. */
public final class Onebox {
    private static final List<String> JVM =
            List.of("-Xss512k", "-XX:ReservedCodeCacheSize=48m", "-XX:MaxDirectMemorySize=256m");

    private final Session session;
    private final Layout layout;
    private final Processes processes;

    private Onebox(Session session, Layout layout) {
        this.session = session;
        this.layout = layout;
        this.processes = new Processes(session);
    }

    /** Where oneboxes are known by name; one in a directory elsewhere is a link here. */
    private static Path registry(Session session) {
        return session.home().resolve("onebox");
    }

    /** Those that exist, by name. */
    public static List<Onebox> all(Session session) {
        if (!Files.isDirectory(registry(session))) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(registry(session))) {
            return entries.sorted()
                    .filter(Layout::isIn)
                    .map(dir -> new Onebox(session, Layout.read(dir)))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether there is a onebox of this name. */
    public static boolean exists(Session session, String name) {
        return Layout.isIn(registry(session).resolve(name));
    }

    /** @throws CliException when there is none of this name */
    public static Onebox open(Session session, String name) {
        if (!exists(session, name)) {
            throw new CliException(
                    ExitCode.NOT_FOUND,
                    "NO_SUCH_ONEBOX",
                    "there is no onebox '" + name + "'",
                    "Make one with: kintsugi onebox start");
        }
        return new Onebox(session, Layout.read(registry(session).resolve(name)));
    }

    /**
     * Makes directories and configuration of a new onebox; nothing is started.
     *
     * @param dir null for the default place; else a directory that is empty or doesn't exist
     */
    public static Onebox create(
            Session session,
            String name,
            Path dir,
            int masters,
            int datanodes,
            int disks,
            Layout.Launch launch,
            Map<String, String> datanodeConfig) {
        Path known = registry(session).resolve(name);
        Path place = dir == null ? known : dir.toAbsolutePath().normalize();
        var plan = new Layout(
                name,
                place,
                Network.choose(name, masters, datanodes),
                masters,
                datanodes,
                disks,
                launch,
                datanodeConfig);
        try {
            Files.createDirectories(registry(session));
            if (Files.isDirectory(place) && !isEmpty(place)) {
                throw CliException.usage(
                        "DIR_NOT_EMPTY",
                        place + " isn't empty",
                        "Give --dir a directory that is empty or doesn't exist.");
            }
            Files.createDirectories(place);
            if (dir != null) {
                Files.deleteIfExists(known);
                Files.createSymbolicLink(known, place);
            }
            plan.write();
            Layout layout = Layout.read(place);
            ConfigWriter.write(layout);
            return new Onebox(session, layout);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Makes directories and configuration of more datanodes; nothing is started.
     *
     * @return the onebox with them
     */
    public Onebox withMoreDatanodes(int more) {
        Layout grown = layout.withMoreDatanodes(more);
        ConfigWriter.write(grown);
        grown.write();
        return new Onebox(session, grown);
    }

    /** Its processes' names and addresses. */
    public Layout layout() {
        return layout;
    }

    /** Those whose process or guard lives, paused ones included. */
    public List<Layout.Instance> live() {
        return layout.instances().stream().filter(processes::lives).toList();
    }

    /** Whether its process lives, or a guard that will start it again. */
    public boolean lives(Layout.Instance instance) {
        return processes.lives(instance);
    }

    /** {@code running}, {@code paused}, {@code restarting} (its guard lives, it doesn't) or {@code stopped}. */
    public String state(Layout.Instance instance) {
        return processes.state(instance).name();
    }

    /** The pid, or {@code -}. */
    public String pid(Layout.Instance instance) {
        var pid = processes.pid(instance);
        return pid.isPresent() ? "" + pid.getAsLong() : "-";
    }

    /** Starts those that don't run, all at once; doesn't wait for them. */
    public void start(List<Layout.Instance> instances) {
        for (Layout.Instance instance : instances) {
            if (!processes.lives(instance)) {
                var flags = new ArrayList<>(JVM);
                flags.add(instance.master() ? "-Xmx256m" : "-Xmx320m");
                processes.start(instance, flags, layout.launch());
            }
        }
    }

    /** Ends them as a crash would. One with a guard is started again by it. */
    public void kill(List<Layout.Instance> instances) {
        processes.kill(instances);
    }

    /** Ends them in order, and waits for it. */
    public void stop(List<Layout.Instance> instances) {
        processes.stop(instances);
    }

    /** Holds them still (SIGSTOP). */
    public void pause(List<Layout.Instance> instances) {
        processes.pause(instances);
    }

    /** Lets those that are paused go on. */
    public void resume(List<Layout.Instance> instances) {
        processes.resume(instances);
    }

    /** Makes this the cluster that commands talk to. */
    public void writeContext() {
        new Context(layout.httpAddresses(), layout.name()).write(session.home());
    }

    /** Ends all as a crash would, for good. */
    public void killForGood() {
        processes.killForGood(layout.instances());
    }

    /** Kills everything and removes the directory and the context. */
    public void clear() {
        killForGood();
        Context.forget(session.home(), layout.name());
        try {
            for (Layout.Instance instance : layout.instances()) {
                DataDir.deleteTree(instance.dir());
            }
            Path known = registry(session).resolve(layout.name());
            if (Files.isSymbolicLink(known)) {
                Files.delete(known);
            }
            DataDir.deleteTree(layout.dir());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isEmpty(Path dir) throws IOException {
        try (Stream<Path> entries = Files.list(dir)) {
            return entries.findAny().isEmpty();
        }
    }
}
