package io.kintsugi.cli.command;

import io.kintsugi.cli.CliException;
import io.kintsugi.cli.ExitCode;
import io.kintsugi.cli.Session;
import io.kintsugi.cli.api.Api;
import io.kintsugi.cli.onebox.Healthy;
import io.kintsugi.cli.onebox.Layout;
import io.kintsugi.cli.onebox.Onebox;
import io.kintsugi.cli.output.Human;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Starts oneboxes and waits until they are healthy. */
final class OneboxStarter {
    private static final long HEALTHY_MILLIS = 120_000;
    private static final long PARTITIONS_MILLIS = 60_000;
    private static final int TAIL = 15;

    private final Session session;
    private final Function<String, Api> connect;

    OneboxStarter(Session session, Function<String, Api> connect) {
        this.session = session;
        this.connect = connect;
    }

    /** What is asked for; null where it isn't said. */
    record Wish(
            String name,
            @Nullable Path dir,
            @Nullable Integer masters,
            @Nullable Integer datanodes,
            @Nullable Integer disks,
            String table,
            int partitions,
            Layout.Launch launch,
            Map<String, String> datanodeConfig) {
        int mastersOr3() {
            return Objects.requireNonNullElse(masters, 3);
        }

        int datanodesOr5() {
            return Objects.requireNonNullElse(datanodes, 5);
        }

        int disksOr3() {
            return Objects.requireNonNullElse(disks, 3);
        }

        boolean fits(Layout layout) {
            return (masters == null || masters == layout.masters())
                    && (datanodes == null || datanodes == layout.datanodes())
                    && (disks == null || disks == layout.disks());
        }
    }

    /** Makes it, or starts an existing one again with its data. */
    int startAll(Wish wish) {
        long started = session.clock().nanos();
        boolean isNew = !Onebox.exists(session, wish.name);
        Onebox onebox = isNew
                ? Onebox.create(
                        session,
                        wish.name,
                        wish.dir,
                        wish.mastersOr3(),
                        wish.datanodesOr5(),
                        wish.disksOr3(),
                        wish.launch,
                        wish.datanodeConfig)
                : existing(wish);
        Layout layout = onebox.layout();
        onebox.start(layout.instances());
        try {
            var healthy = new Healthy(session, connect, () -> checkAlive(onebox, layout.instances()), HEALTHY_MILLIS);
            healthy.ensureGroup(layout);
            onebox.writeContext();
            healthy.awaitNodes(layout);
            if (isNew && layout.datanodes() > 0) {
                healthy.ensureTable(layout, wish.table, wish.partitions);
            }
        } catch (CliException e) {
            onebox.killForGood();
            throw new CliException(
                    ExitCode.FAILED,
                    e.reason(),
                    e.getMessage(),
                    "Its processes are stopped; logs are in " + layout.dir()
                            + "/*/log. Remove it with: kintsugi onebox clear --name " + layout.name());
        }
        if (!isNew) {
            awaitPartitions(onebox);
        }
        long millis = TimeUnit.NANOSECONDS.toMillis(session.clock().nanos() - started);
        session.out()
                .println("onebox " + layout.name() + ": " + describe(layout) + " are healthy after "
                        + Human.duration(millis));
        session.out().println("  masters  " + String.join(",", layout.httpAddresses()));
        session.out().println("  files    " + layout.dir());
        return ExitCode.OK;
    }

    /** A box that was broken when it was stopped may stay so, and is there to be looked at: it isn't stopped for that. */
    private void awaitPartitions(Onebox onebox) {
        Layout layout = onebox.layout();
        try {
            new Healthy(session, connect, () -> checkAlive(onebox, layout.instances()), PARTITIONS_MILLIS)
                    .awaitPartitions(layout, 0);
        } catch (CliException e) {
            throw new CliException(
                    ExitCode.FAILED,
                    e.reason(),
                    e.getMessage(),
                    "It runs. What is wrong: kintsugi cluster health, kintsugi explain");
        }
    }

    private static String describe(Layout layout) {
        return Human.count(layout.masters(), "master")
                + (layout.datanodes() == 0
                        ? ""
                        : " and " + Human.count(layout.datanodes(), "datanode") + " of "
                                + Human.count(layout.disks(), "disk"));
    }

    /** Starts some instances again; doesn't wait, for a cluster may be meant to stay broken. */
    int startSome(Onebox onebox, List<Layout.Instance> instances) {
        for (Layout.Instance instance : instances) {
            if (onebox.live().contains(instance)) {
                throw new CliException(
                        ExitCode.FAILED,
                        "ALREADY_RUNNING",
                        instance.name() + " runs already, pid " + onebox.pid(instance),
                        null);
            }
        }
        onebox.start(instances);
        session.out()
                .println(String.join(
                                " ",
                                instances.stream().map(Layout.Instance::name).toList()) + ": started");
        return ExitCode.OK;
    }

    private Onebox existing(Wish wish) {
        Onebox onebox = Onebox.open(session, wish.name);
        List<String> live = onebox.live().stream().map(Layout.Instance::name).toList();
        if (!live.isEmpty()) {
            throw CliException.usage(
                    "ALREADY_RUNNING",
                    "onebox " + wish.name + " runs already: " + String.join(" ", live),
                    "Start single instances with `kintsugi onebox start I…`, another onebox with --name, or remove this one:"
                            + " kintsugi onebox clear --name "
                            + wish.name);
        }
        if (!wish.fits(onebox.layout())) {
            Layout layout = onebox.layout();
            throw CliException.usage(
                    "ONEBOX_EXISTS",
                    "onebox " + wish.name + " exists with " + describe(layout),
                    "Start it without these options, or remove it: kintsugi onebox clear --name " + wish.name);
        }
        return onebox;
    }

    private static void checkAlive(Onebox onebox, List<Layout.Instance> instances) {
        for (Layout.Instance instance : instances) {
            if (!onebox.lives(instance)) {
                throw new CliException(
                        ExitCode.FAILED,
                        "INSTANCE_DIED",
                        instance.name() + " ended while starting. The end of its log:\n" + tail(instance.log()),
                        null);
            }
        }
    }

    private static String tail(Path log) {
        try {
            List<String> lines = new String(Files.readAllBytes(log), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
            return String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL), lines.size()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
