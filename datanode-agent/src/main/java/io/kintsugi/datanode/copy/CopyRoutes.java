package io.kintsugi.datanode.copy;

import io.kintsugi.common.wire.Fields;
import io.kintsugi.datanode.replica.Config;
import io.kintsugi.datanode.store.ConfigCodec;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code POST /v1/copies?replica=R&needed=INDEX} takes a checkpoint and lists it, with the content of small files; {@code POST
 * /v1/copies/salvage?replica=R} lists what a replica left on a broken disk; {@code POST /v1/copies/unreadable?replica=R} says that a copy of it
 * couldn't be read; {@code GET /v1/copies/ID/FILE} sends a file, with ranges; {@code GET /v1/copies/ID} tells the checksums of the files sent;
 * {@code DELETE /v1/copies/ID} ends it.
 */
public final class CopyRoutes {
    private static final Pattern RANGE = Pattern.compile("bytes=(\\d{1,18})-");

    private final CopyService copies;

    private CopyRoutes(CopyService copies) {
        this.copies = copies;
    }

    public static void mount(Router router, CopyService copies) {
        CopyRoutes routes = new CopyRoutes(copies);
        router.post("/v1/copies").handler(routes::offer);
        router.post("/v1/copies/salvage").handler(routes::salvage);
        router.post("/v1/copies/unreadable").handler(routes::unreadable);
        router.get("/v1/copies/:id/:file").handler(routes::send);
        router.get("/v1/copies/:id").handler(routes::checksums);
        router.delete("/v1/copies/:id").handler(routes::drop);
    }

    private void offer(RoutingContext context) {
        long replica;
        long needed;
        try {
            replica = Long.parseLong(context.request().getParam("replica", ""));
            needed = Long.parseLong(context.request().getParam("needed", "0"));
        } catch (NumberFormatException e) {
            refuse(context, 400, "BAD_VALUE", "replica and needed must be whole numbers");
            return;
        }
        copies.offer(replica, needed).whenComplete((copy, failure) -> {
            if (failure == null) {
                answer(context, 201, OfferJson.of(copy));
            } else {
                refuse(context, 409, "NO_COPY", failure.getMessage());
            }
        });
    }

    private void salvage(RoutingContext context) {
        context.request()
                .body()
                .onSuccess(body -> salvage(context, body.getBytes()))
                .onFailure(context::fail);
    }

    private void salvage(RoutingContext context, byte[] body) {
        long replica;
        Config fence;
        try {
            replica = Long.parseLong(context.request().getParam("replica", ""));
            fence = Fields.parse(body).record(1, ConfigCodec::read);
        } catch (IllegalArgumentException e) {
            refuse(context, 400, "BAD_VALUE", "replica must be a whole number, the body a configuration");
            return;
        }
        copies.salvage(replica, fence).whenComplete((copy, failure) -> {
            if (failure == null) {
                answer(context, 201, OfferJson.of(copy));
            } else {
                refuse(context, 409, "NO_COPY", failure.getMessage());
            }
        });
    }

    /** The answer doesn't wait for what is found: that is in the replica's next report. */
    private void unreadable(RoutingContext context) {
        try {
            copies.unreadable(Long.parseLong(context.request().getParam("replica", "")));
            context.response().setStatusCode(202).end();
        } catch (NumberFormatException e) {
            refuse(context, 400, "BAD_VALUE", "replica must be a whole number");
        }
    }

    private void send(RoutingContext context) {
        copies.send(context.pathParam("id"), context.pathParam("file"))
                .ifPresentOrElse(sending -> send(context, sending), () -> refuseUnknown(context));
    }

    private static void send(RoutingContext context, CopyService.Sending sending) {
        long size = sending.size();
        String range = context.request().getHeader("Range");
        long from = 0;
        if (range != null) {
            Matcher matcher = RANGE.matcher(range);
            if (!matcher.matches() || (from = Long.parseLong(matcher.group(1))) > size) {
                sending.close();
                refuse(context, 416, "BAD_RANGE", "range " + range + " of " + size + " bytes: only bytes=N- is served");
                return;
            }
            context.response()
                    .setStatusCode(206)
                    .putHeader("Content-Range", "bytes " + from + "-" + (size - 1) + "/" + size);
        }
        context.response().putHeader("Content-Type", "application/octet-stream");
        if (sending.reader().isPresent()) {
            new WorkerSend(context.response(), sending, sending.reader().get(), from).begin();
            return;
        }
        context.response()
                .sendFile(sending.file().toString(), from, size - from)
                .onComplete(end -> sending.close())
                .onFailure(context::fail);
    }

    private void checksums(RoutingContext context) {
        copies.checksums(context.pathParam("id"))
                .ifPresentOrElse(
                        checksums -> checksums.whenComplete((byName, failure) -> tell(context, byName, failure)),
                        () -> refuseUnknown(context));
    }

    private static void tell(RoutingContext context, Map<String, Integer> checksums, Throwable failure) {
        if (failure == null) {
            answer(context, 200, OfferJson.of(checksums));
        } else {
            refuse(context, 500, "READ_FAILED", failure.getMessage());
        }
    }

    private void drop(RoutingContext context) {
        copies.drop(context.pathParam("id"));
        context.response().setStatusCode(204).end();
    }

    private static void refuseUnknown(RoutingContext context) {
        refuse(
                context,
                404,
                "NO_SUCH_COPY",
                "copy " + context.pathParam("id") + " has ended, or has no such file: begin a new one");
    }

    private static void refuse(RoutingContext context, int status, String reason, String message) {
        answer(
                context,
                status,
                new JsonObject().put("reason", reason).put("message", message).put("details", new JsonObject()));
    }

    private static void answer(RoutingContext context, int status, JsonObject body) {
        context.response()
                .setStatusCode(status)
                .putHeader("Content-Type", "application/json")
                .end(body.encode());
    }
}
