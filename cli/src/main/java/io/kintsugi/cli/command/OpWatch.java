package io.kintsugi.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.kintsugi.cli.CliException;
import io.kintsugi.cli.ExitCode;
import io.kintsugi.cli.Session;
import io.kintsugi.cli.api.Api;
import io.kintsugi.cli.output.Json;
import io.kintsugi.cli.output.OpLines;
import io.kintsugi.cli.output.OpRow;
import io.kintsugi.cli.output.OpText;
import io.kintsugi.cli.output.Screen;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Follows an op to its end, over leader changes; then says how it ended and, if it failed, why and what can be done. */
final class OpWatch {
    private static final long POLL_MILLIS = 250;
    /** Children are asked about once in so many polls. */
    private static final int CHILDREN_EVERY = 4;
    /** How long no master may answer before the watch gives up. The op itself goes on. */
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);
    /** What troubles an op for less than this isn't shown: every op waits a moment to be looked at. */
    private static final long TROUBLE_NANOS = TimeUnit.SECONDS.toNanos(2);

    /** For so long all must have waited for somebody before the watch ends: what comes by itself comes sooner. */
    private static final long STILL_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final Root root;
    private final Session session;
    private final Api api;
    private final Screen screen;
    private final Map<String, Long> troubledSince = new HashMap<>();
    private final Map<String, JsonNode> children = new HashMap<>();

    OpWatch(Root root) {
        this.root = root;
        this.session = root.session();
        this.api = root.api();
        this.screen = new Screen(session.err(), session.interactive());
    }

    /**
     * Watches.
     *
     * @param wanted the status to end with
     * @return {@link ExitCode#OK} when it ended so, else {@link ExitCode#FAILED}
     */
    int watch(String id, String wanted) {
        return watch(id, wanted, Set.of());
    }

    /**
     * Watches until it has ended, or for some time nothing of it has gone on, and all that is left waits for somebody to do something.
     *
     * @param forSomebody the reasons of such waits
     * @return {@link ExitCode#NO} when it waits so, else as {@link #watch(String, String)}
     */
    int watch(String id, String wanted, Set<String> forSomebody) {
        long lastProgress = session.clock().nanos();
        long lastAnswer = session.clock().nanos();
        for (int poll = 0; ; poll++) {
            try {
                var op = new OpRow(api.get("/v1/ops/" + Noun.encode(id)));
                lastAnswer = session.clock().nanos();
                if (op.ended()) {
                    return end(op, wanted);
                }
                if (!op.waitsOnlyFor(forSomebody)) {
                    lastProgress = lastAnswer;
                } else if (lastAnswer - lastProgress >= STILL_NANOS) {
                    return waits(op);
                }
                if (op.isNodes() && poll % CHILDREN_EVERY == 0) {
                    askChildren(op);
                }
                screen.draw(OpLines.of(op.json(), childrenOf(op), this::isTroubled));
            } catch (CliException e) {
                if (e.exitCode() != ExitCode.UNREACHABLE || session.clock().nanos() - lastAnswer >= PATIENCE_NANOS) {
                    screen.clear();
                    throw e;
                }
                String line = "no master can say: a leader is being elected? trying again";
                screen.draw(List.of(new Screen.Line("watch", line, line)));
            }
            if (Thread.currentThread().isInterrupted()) {
                throw new CliException(
                        ExitCode.FAILED,
                        "INTERRUPTED",
                        "stopped watching op " + id + "; it goes on",
                        "To end it: kintsugi op cancel " + id);
            }
            session.pause().millis(POLL_MILLIS);
        }
    }

    private void askChildren(OpRow op) {
        for (String child : Json.texts(op.json().path("children"))) {
            JsonNode known = children.get(child);
            if (known == null || !new OpRow(known).ended()) {
                children.put(child, api.get("/v1/ops/" + Noun.encode(child)));
            }
        }
    }

    private List<JsonNode> childrenOf(OpRow op) {
        return Json.texts(op.json().path("children")).stream()
                .filter(children::containsKey)
                .map(children::get)
                .toList();
    }

    private boolean isTroubled(OpRow op) {
        if (!op.isTroubled()) {
            troubledSince.remove(op.id());
            return false;
        }
        long now = session.clock().nanos();
        return now - troubledSince.computeIfAbsent(op.id(), id -> now) >= TROUBLE_NANOS;
    }

    private int waits(OpRow op) {
        screen.clear();
        session.err().println("op " + op.id() + " stays open; nothing of it goes on before somebody does something:");
        op.waits().forEach(wait -> session.err().println("  " + wait));
        session.err().flush();
        return ExitCode.NO;
    }

    private int end(OpRow op, String wanted) {
        screen.clear();
        session.out().println(root.format() == Root.Format.json ? Json.pretty(op.json()) : OpText.end(op.json()));
        session.out().flush();
        if (op.status().equals(wanted)) {
            return ExitCode.OK;
        }
        session.err().print(new PostMortem(api, session.zone()).of(op));
        session.err().flush();
        return ExitCode.FAILED;
    }
}
