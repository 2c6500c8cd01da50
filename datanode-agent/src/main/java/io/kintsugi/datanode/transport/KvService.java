package io.kintsugi.datanode.transport;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.grpc.stub.StreamObserver;
import io.kintsugi.common.Clock;
import io.kintsugi.datanode.host.KvReply;
import io.kintsugi.datanode.host.NodeHost;
import io.kintsugi.datanode.replica.Condition;
import io.kintsugi.datanode.replica.Entry;
import io.kintsugi.datanode.replica.WriteRequest;
import io.kintsugi.datanode.store.Found;
import io.kintsugi.datanode.store.Query;
import io.kintsugi.proto.DataServiceGrpc;
import io.kintsugi.proto.KvCondition;
import io.kintsugi.proto.KvCurrent;
import io.kintsugi.proto.KvRecord;
import io.kintsugi.proto.KvRequest;
import io.kintsugi.proto.KvResponse;
import io.kintsugi.proto.KvStatus;

/** What clients ask. A call is handed to a disk's event loop and answered from there: no thread waits. */
public final class KvService extends DataServiceGrpc.DataServiceImplBase {
    /** Longest value that is taken. */
    public static final int MAX_VALUE_BYTES = 1 << 20;

    /** Longest key that is taken. */
    public static final int MAX_KEY_BYTES = 64 << 10;

    private final NodeHost node;
    private final Clock clock;

    public KvService(NodeHost node, Clock clock) {
        this.node = node;
        this.clock = clock;
    }

    @Override
    public void execute(KvRequest request, StreamObserver<KvResponse> observer) {
        KvReply reply = (status, found, message) -> {
            observer.onNext(response(status, found, message));
            observer.onCompleted();
        };
        if (request.getKey().size() > MAX_KEY_BYTES) {
            tooLarge(reply, "key", request.getKey().size(), MAX_KEY_BYTES);
            return;
        }
        if (request.getValue().size() > MAX_VALUE_BYTES) {
            tooLarge(reply, "value", request.getValue().size(), MAX_VALUE_BYTES);
            return;
        }
        switch (request.getOp()) {
            case KV_GET -> read(request, new Query.Get(request.getKey().toByteArray()), reply);
            case KV_MULTI_GET ->
                read(
                        request,
                        new Query.MultiGet(request.getKeysList().stream()
                                .map(ByteString::toByteArray)
                                .toList()),
                        reply);
            case KV_SCAN ->
                read(
                        request,
                        new Query.Scan(
                                request.getKey().toByteArray(),
                                request.getPrefix().toByteArray(),
                                request.getLimit()),
                        reply);
            case KV_PUT -> write(request, Entry.Op.PUT, request.getValue().toByteArray(), null, reply);
            case KV_PUT_IF ->
                write(
                        request,
                        Entry.Op.PUT,
                        request.getValue().toByteArray(),
                        condition(request.getCondition()),
                        reply);
            case KV_DELETE -> write(request, Entry.Op.DELETE, new byte[0], null, reply);
            case UNRECOGNIZED ->
                reply.answer(
                        KvStatus.KV_UNAVAILABLE,
                        null,
                        "this datanode doesn't know the request: it runs an older version");
        }
    }

    private void read(KvRequest request, Query query, KvReply reply) {
        node.read(request.getPartition(), query, request.getAllowStale(), reply);
    }

    private void write(KvRequest request, Entry.Op op, byte[] value, Condition condition, KvReply reply) {
        WriteRequest write = new WriteRequest(
                op,
                request.getKey().toByteArray(),
                value,
                request.getClient(),
                request.getSequence(),
                clock.millis(),
                request.getTtlMs(),
                condition);
        node.write(request.getPartition(), write, reply);
    }

    private static Condition condition(KvCondition c) {
        return c.getAbsent() ? Condition.ABSENT : new Condition(c.getValue().toByteArray());
    }

    private static KvResponse response(KvStatus status, Found found, String message) {
        KvResponse.Builder response = KvResponse.newBuilder().setStatus(status).setMessage(message);
        if (found == null) {
            return response.build();
        }
        if (status == KvStatus.KV_CONDITION_FAILED) {
            response.setCurrent(found.value() == null ? KvCurrent.KV_CURRENT_ABSENT : KvCurrent.KV_CURRENT_VALUE);
        }
        if (found.value() != null) {
            response.setValue(UnsafeByteOperations.unsafeWrap(found.value()));
        }
        found.records()
                .forEach(pair -> response.addRecords(KvRecord.newBuilder()
                        .setKey(UnsafeByteOperations.unsafeWrap(pair.key()))
                        .setValue(UnsafeByteOperations.unsafeWrap(pair.value()))));
        if (found.next() != null) {
            response.setNext(UnsafeByteOperations.unsafeWrap(found.next()));
        }
        return response.setAnswered(found.answered()).build();
    }

    private static void tooLarge(KvReply reply, String what, int size, int limit) {
        reply.answer(
                KvStatus.KV_TOO_LARGE,
                null,
                "the " + what + " has " + size + " bytes, at most " + limit + " are taken");
    }
}
