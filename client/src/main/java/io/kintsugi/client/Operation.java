package io.kintsugi.client;

import io.kintsugi.proto.KvOp;
import io.kintsugi.proto.KvRequest;
import io.kintsugi.proto.KvResponse;
import io.kintsugi.proto.PartitionConfig;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * One read or write with its repetitions. A write takes a session for all its attempts and gives it back at the end; every attempt
 * carries the same sequence. Each attempt has one of three ends: an answer, "not done" (repeat), or "can't be known" (repeat, and remember
 * that it may be done).
 */
final class Operation {
    private final KintsugiClient client;
    private final String table;
    private final KvRequest.Builder request;
    private final Function<Route, PartitionConfig> target;
    private final boolean write;
    private final long deadline;
    private final long attemptTimeout;
    private final CompletableFuture<KvResponse> result = new CompletableFuture<>();

    private int partition = -1;
    private Sessions.Session session;
    private long sequence;
    private volatile boolean maybeDone;
    /** An attempt is on its way. */
    private volatile boolean asked;

    private long backoff;
    private String lastReason = "TIMED_OUT";
    private String lastMessage = "no answer";

    /**
     * @param request all but the partition and the session
     * @param target finds the partition on a route; it may refuse with {@link KintsugiException}, which ends the operation
     */
    Operation(KintsugiClient client, String table, KvRequest.Builder request, Function<Route, PartitionConfig> target) {
        this.client = client;
        this.table = table;
        this.request = request;
        this.target = target;
        this.write = request.getOp() == KvOp.KV_PUT
                || request.getOp() == KvOp.KV_PUT_IF
                || request.getOp() == KvOp.KV_DELETE;
        this.deadline = client.ports().clock().nanos()
                + client.options().operationTimeout().toNanos();
        this.attemptTimeout = client.options().attemptTimeout().toNanos();
        this.backoff = client.options().firstBackoff().toNanos();
    }

    /** Answered KV_OK, KV_NOT_FOUND or KV_CONDITION_FAILED; fails with {@link KintsugiException}. */
    CompletableFuture<KvResponse> start() {
        client.begun(this);
        result.whenComplete((answer, failure) -> client.ended(this));
        attempt();
        return result;
    }

    private void attempt() {
        client.routes().get(table).whenComplete((route, error) -> {
            if (error != null) {
                routeFailed(KintsugiException.class.isInstance(error) ? (KintsugiException) error : unwrap(error));
                return;
            }
            PartitionConfig config;
            try {
                config = target.apply(route);
            } catch (KintsugiException e) {
                fail(e.reason(), e.getMessage());
                return;
            }
            long left = deadline - client.ports().clock().nanos();
            if (left <= 0) {
                // The masters took their time. Replicas forget a session in the end: who sends so late could write
                // twice.
                gaveUp();
                return;
            }
            begin(config.getPartition());
            Optional<String> primary = Route.primary(config);
            if (primary.isEmpty()) {
                again("NO_PRIMARY", "partition " + config.getPartition() + " has no primary at the moment", true);
                return;
            }
            asked = true;
            client.ports()
                    .transport()
                    .execute(primary.get(), request(), Duration.ofNanos(Math.min(left, attemptTimeout)))
                    .whenComplete(this::answered);
        });
    }

    private void begin(int id) {
        if (partition
                != id) { // first attempt; or the table was dropped and made anew, which is another partition with other
            // sessions
            endSession();
            partition = id;
            maybeDone = false;
            if (write) {
                session = client.sessions().take(id);
                sequence = session.next();
            }
        }
    }

    private KvRequest request() {
        request.setPartition(partition);
        if (session != null) {
            request.setClient(session.id).setSequence(sequence);
        }
        return request.build();
    }

    private void answered(KvResponse response, Throwable error) {
        if (result.isDone()) {
            return; // the client was closed
        }
        if (error != null) {
            maybeDone = maybeDone || !(error instanceof Transport.NotReached);
            asked = false;
            again(
                    "TIMED_OUT",
                    "no answer from the primary of partition " + partition + ": " + error.getMessage(),
                    true);
            return;
        }
        asked = false;
        String message = response.getMessage();
        switch (response.getStatus()) {
            case KV_OK, KV_NOT_FOUND, KV_CONDITION_FAILED -> finish(response);
            case KV_NOT_PRIMARY -> again("NO_PRIMARY", message, true);
            case KV_NOT_READY -> again("NOT_READY", message, false);
            case KV_UNAVAILABLE -> again("UNAVAILABLE", message, true);
            case KV_BELOW_MIN_IN_SYNC -> again("BELOW_MIN_IN_SYNC", message, false);
            case KV_DISK_FULL -> again("DISK_FULL", message, false);
            case KV_UNKNOWN -> {
                maybeDone = true;
                again("UNKNOWN", message, true);
            }
            case KV_SESSION_EXPIRED -> sessionExpired(message);
            case KV_TOO_LARGE -> fail("TOO_LARGE", message);
            case UNRECOGNIZED ->
                fail(
                        "UNKNOWN_ANSWER",
                        "the datanode answered a status that this client doesn't know: use a newer client");
        }
    }

    /** A session that the replicas have forgotten: a fresh one may be used only if no earlier attempt can have been executed. */
    private void sessionExpired(String message) {
        session = null; // not given back
        if (maybeDone) {
            fail("UNKNOWN", message);
            return;
        }
        partition = -1;
        again("SESSION_EXPIRED", message, false);
    }

    private void routeFailed(KintsugiException e) {
        if (e.reason().equals("NO_SUCH_TABLE") || e.reason().equals("CLOSED")) {
            fail(e.reason(), e.getMessage());
        } else {
            again(e.reason(), e.getMessage(), true);
        }
    }

    private void again(String reason, String message, boolean refresh) {
        lastReason = reason;
        lastMessage = message;
        // after the last attempt too: else the next operation asks the same silent primary, and so does each after it
        if (refresh) {
            client.routes().forget(table);
        }
        long now = client.ports().clock().nanos();
        if (now + backoff - deadline >= 0) {
            gaveUp();
            return;
        }
        long pause = backoff;
        backoff = Math.min(backoff * 2, client.options().maxBackoff().toNanos());
        client.ports().timer().after(Duration.ofNanos(pause), this::attempt);
    }

    private void gaveUp() {
        String what = "gave up after " + client.options().operationTimeout().toMillis() + " ms; last: " + lastMessage;
        fail(maybeDone && write ? "UNKNOWN" : lastReason, what);
    }

    /** Nobody will hear an answer any more. Any thread. */
    void closed() {
        boolean unknown = write && (maybeDone || asked);
        result.completeExceptionally(new KintsugiException(
                unknown ? "UNKNOWN" : "CLOSED",
                unknown ? "the client was closed while the write was under way" : "the client is closed"));
    }

    private void finish(KvResponse answer) {
        endSession();
        result.complete(answer);
    }

    private void fail(String reason, String message) {
        endSession();
        result.completeExceptionally(new KintsugiException(reason, message));
    }

    private void endSession() {
        if (session != null) {
            client.sessions().giveBack(partition, session);
            session = null;
        }
    }

    private static KintsugiException unwrap(Throwable error) {
        return error.getCause() instanceof KintsugiException k
                ? k
                : new KintsugiException("NO_MASTER", String.valueOf(error.getMessage()));
    }
}
