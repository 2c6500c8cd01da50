package io.kintsugi.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.kintsugi.cli.CliException;
import io.kintsugi.cli.ExitCode;
import io.kintsugi.cli.Session;
import io.kintsugi.cli.output.Json;
import io.kintsugi.cli.output.OpRow;
import io.kintsugi.cli.seed.NodeList;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * {@code meta move}: the original's steps of moving the metadata by a recovery, with checks before and after. Starting and stopping masters is its
 * user's; each step waits until that is seen. Killed at any point and run again, it goes on where the cluster is.
 */
final class MetadataMove {
    private static final long POLL_MILLIS = 500;
    private static final int STEPS = 5;
    private static final int RECOVERY_SECONDS = 100;
    /** How many differences a line names. */
    private static final int SHOWN = 3;

    private static final String AGAIN = "The same command again goes on from here.";

    /**
     * What is asked for.
     *
     * @param directory of the lists
     * @param to HTTP address of the first master of the new group
     * @param waitSeconds of each step
     * @param skipBadNodes though datanodes aren't alive
     * @param force though ops are open
     */
    record Wish(Path directory, String to, int waitSeconds, boolean skipBadNodes, boolean force) {}

    private final Root root;
    private final Session session;
    private final Wish wish;
    private String told = "";

    MetadataMove(Root root, Wish wish) {
        this.root = root;
        this.session = root.session();
        this.wish = wish;
    }

    /** The report of a move that is whole: ids, counts. */
    JsonNode run() {
        MoveLists before = lists();
        awaitStopped(before);
        if (awaitNewMaster(before)) {
            tell(4, "recovered already");
        } else {
            recover(before);
        }
        return checked(before);
    }

    private MoveLists lists() {
        Optional<MoveLists> kept = MoveLists.read(wish.directory());
        Optional<MoveLists> now = asked();
        boolean stillOld = now.isPresent()
                && kept.map(k -> now.get().generation() == k.generation()).orElse(true);
        if (!stillOld) {
            MoveLists lists = kept.orElseThrow(
                    () -> new CliException(
                            ExitCode.UNREACHABLE,
                            "NO_LISTS",
                            "no master serves, and " + wish.directory() + " has no lists of before",
                            "A move begins while the masters of before serve. With their metadata lost, see `kintsugi meta recover --help`."));
            tell(1, "lists: those in " + wish.directory() + ", of " + lists.root());
            return lists;
        }
        check(now.get());
        now.get().write(wish.directory(), session.zone());
        tell(
                1,
                "lists: " + now.get().tables().size() + " tables (apps.list) and "
                        + now.get().nodes().size()
                        + " datanodes (nodes.list, recover_node_list) of "
                        + now.get().root() + ", in "
                        + wish.directory());
        return now.get();
    }

    /** Empty unless a group serves. */
    private Optional<MoveLists> asked() {
        try {
            boolean store =
                    !root.api().get("/v1/cluster").path("clusterId").asText().isEmpty();
            return store ? Optional.of(MoveLists.ask(root.api())) : Optional.empty();
        } catch (CliException e) {
            if (e.exitCode() == ExitCode.UNREACHABLE || e.reason().equals("ERR_UNDER_RECOVERY")) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private void check(MoveLists lists) {
        List<String> away = lists.addresses(false);
        if (!away.isEmpty() && !wish.skipBadNodes()) {
            throw new CliException(
                    ExitCode.REFUSED,
                    "NODE_NOT_ALIVE",
                    "not alive: " + String.join(", ", away) + ": what they alone know would be missing",
                    "Start them, or go on without them with --skip_bad_nodes; they register anew afterwards.");
        }
        List<String> open = new ArrayList<>();
        root.api().get("/v1/ops").forEach(op -> {
            OpRow row = new OpRow(op);
            if (!row.ended()) {
                open.add(row.id() + " " + row.title());
            }
        });
        if (!open.isEmpty() && !wish.force()) {
            throw new CliException(
                    ExitCode.REFUSED,
                    "OPS_OPEN",
                    open.size() + " ops are open, which a recovery ends: " + open.getFirst()
                            + (open.size() > 1 ? ", …" : ""),
                    "Let them end (`kintsugi op ls`), cancel them, or give --force and ask for them again afterwards.");
        }
    }

    private void awaitStopped(MoveLists before) {
        await(2, "OLD_MASTERS_RUN", () -> {
            List<String> running = before.masters().stream()
                    .filter(master -> runs(master, before))
                    .toList();
            return running.isEmpty() ? null : "stop all masters of now: " + String.join(", ", running) + " answer";
        });
        tell(2, "all masters of " + before.root() + " have stopped");
    }

    private boolean runs(String master, MoveLists before) {
        JsonNode cluster = cluster(master);
        return cluster.path("clusterId").asText().equals(before.clusterId())
                && cluster.path("generation").asLong() == before.generation();
    }

    /** Missing when it doesn't answer. */
    private JsonNode cluster(String master) {
        try {
            return root.api(List.of(master)).get("/v1/cluster");
        } catch (CliException e) {
            if (e.exitCode() == ExitCode.UNREACHABLE) {
                return MissingNode.getInstance();
            }
            throw e;
        }
    }

    /** Whether it has been recovered already. */
    private boolean awaitNewMaster(MoveLists before) {
        boolean[] recovered = new boolean[1];
        await(3, "NO_NEW_MASTER", () -> {
            JsonNode cluster = cluster(wish.to());
            String id = cluster.path("clusterId").asText();
            String state = cluster.path("state").asText();
            if (!id.isEmpty() && !id.equals(before.clusterId())) {
                throw new CliException(
                        ExitCode.REFUSED,
                        "OTHER_CLUSTER",
                        wish.to() + " is a master of cluster " + id + ", not of " + before.clusterId(),
                        "Name a master without a store by --to.");
            }
            recovered[0] = cluster.path("generation").asLong() > before.generation();
            return recovered[0] || state.equals("under-recovery") || state.equals("uninitialized")
                    ? null
                    : "start one master at " + wish.to()
                            + " with an empty data.dir and recover_from_replica_server: true: it "
                            + (state.isEmpty() ? "doesn't answer" : "is " + state);
        });
        tell(3, wish.to() + (recovered[0] ? " serves" : " waits for the recovery"));
        return recovered[0];
    }

    private void recover(MoveLists before) {
        tell(4, "recover");
        var recovery =
                new MetadataRecovery(root.api(List.of(wish.to())), session.withStreams(session.err(), session.err()));
        var nodes = new NodeList(before.addresses(true), List.of());
        // what was dropped before the move is to be dropped after it
        int end = recovery.run(new MetadataRecovery.Wish(
                nodes, RECOVERY_SECONDS, wish.skipBadNodes(), false, true, false, false, null));
        if (end != ExitCode.OK) {
            throw new CliException(
                    end,
                    "RECOVERY_FAILED",
                    "the recovery didn't end well: see above; partitions go on serving",
                    "Put right what it names. " + AGAIN);
        }
    }

    private JsonNode checked(MoveLists before) {
        MoveLists[] after = new MoveLists[1];
        await(STEPS, "NOT_AS_BEFORE", () -> {
            try {
                after[0] = MoveLists.ask(root.api(List.of(wish.to())));
            } catch (CliException e) {
                if (e.exitCode() == ExitCode.UNREACHABLE) {
                    return e.getMessage();
                }
                throw e;
            }
            List<String> differences = before.differences(after[0]);
            return differences.isEmpty() ? null : shortened(differences);
        });
        tell(STEPS, "datanodes, their counts of replicas and tables are as before");
        return Json.object()
                .put("from", before.root())
                .put("to", after[0].root())
                .put("datanodes", before.addresses(true).size())
                .put("tables", before.tables().size());
    }

    private static String shortened(List<String> lines) {
        String first = String.join("; ", lines.subList(0, Math.min(SHOWN, lines.size())));
        return lines.size() <= SHOWN ? first : first + "; and " + (lines.size() - SHOWN) + " more";
    }

    /** @param missing what is still waited for, or null */
    private void await(int step, String reason, Supplier<String> missing) {
        long deadline = session.clock().nanos() + TimeUnit.SECONDS.toNanos(wish.waitSeconds());
        String what = missing.get();
        while (what != null) {
            tell(step, what);
            if (session.clock().nanos() - deadline >= 0
                    || Thread.currentThread().isInterrupted()) {
                throw new CliException(ExitCode.FAILED, reason, "step " + step + " of " + STEPS + ": " + what, AGAIN);
            }
            session.pause().millis(POLL_MILLIS);
            what = missing.get();
        }
    }

    /** Each thing once. */
    private void tell(int step, String what) {
        String line = step + "/" + STEPS + " " + what;
        if (!line.equals(told)) {
            told = line;
            session.err().println(line);
        }
    }
}
