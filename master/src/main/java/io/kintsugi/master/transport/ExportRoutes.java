package io.kintsugi.master.transport;

import io.kintsugi.master.consensus.ConsensusException;
import io.kintsugi.master.consensus.ConsensusStatus;
import io.kintsugi.master.consensus.MasterAddress;
import io.kintsugi.master.consensus.MasterGroup;
import io.vertx.core.Future;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code GET /v1/meta/export}: the leader's. Another master names it by a redirect and carries nothing itself: it may be hundreds of
 * megabytes. Written to a file first, so that a slow reader holds up neither the store nor memory.
 */
public final class ExportRoutes {
    private static final Logger LOG = LoggerFactory.getLogger(ExportRoutes.class);
    private static final String PATH = "/v1/meta/export";

    private final MasterGroup group;
    private final LeaderForwarder forwarder;
    private final Path temporary;

    private ExportRoutes(MasterGroup group, LeaderForwarder forwarder, Path temporary) {
        this.group = group;
        this.forwarder = forwarder;
        this.temporary = temporary;
    }

    /** @param temporary a directory that is emptied when this master starts */
    public static void mount(Router router, MasterGroup group, LeaderForwarder forwarder, Path temporary) {
        ExportRoutes routes = new ExportRoutes(group, forwarder, temporary);
        router.get(PATH).handler(routes::export);
    }

    private void export(RoutingContext context) {
        ConsensusStatus status = group.status();
        Optional<MasterAddress> leader = forwarder.leader(status);
        if (!status.leading()) {
            if (leader.isPresent()) {
                String location =
                        "http://" + leader.get().host() + ":" + leader.get().http() + PATH;
                context.response()
                        .setStatusCode(307)
                        .putHeader("location", location)
                        .end();
            } else {
                forwarder.handle(context); // says why there is none
            }
            return;
        }
        String by = Requests.caller(context, "http").user();
        context.vertx()
                .executeBlocking(() -> write(by), false)
                .onSuccess(file -> send(context, file))
                .onFailure(failure -> {
                    if (failure instanceof ConsensusException refusal) {
                        Answers.error(context, 503, refusal.reason(), refusal.getMessage());
                    } else {
                        context.fail(failure);
                    }
                });
    }

    private Path write(String by) throws IOException {
        Path file = Files.createTempFile(temporary, "export", ".meta");
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
            group.export(out, by);
        } catch (IOException | RuntimeException e) {
            Files.delete(file);
            throw e;
        }
        return file;
    }

    private static void send(RoutingContext context, Path file) {
        Future<Void> sent = context.response()
                .putHeader("content-type", "application/octet-stream")
                .sendFile(file.toString());
        sent.onComplete(end -> context.vertx()
                .fileSystem()
                .delete(file.toString())
                .onFailure(failure -> LOG.warn("{} stays until this master starts again", file, failure)));
        sent.onFailure(failure -> LOG.warn("an export wasn't sent in full: {}", failure.toString()));
    }
}
