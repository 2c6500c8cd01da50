package io.kintsugi.datanode.transport;

import com.google.protobuf.UnsafeByteOperations;
import io.grpc.stub.StreamObserver;
import io.kintsugi.common.Clock;
import io.kintsugi.datanode.host.KvReply;
import io.kintsugi.datanode.host.NodeHost;
import io.kintsugi.datanode.replica.Entry;
import io.kintsugi.datanode.replica.WriteRequest;
import io.kintsugi.proto.DataServiceGrpc;
import io.kintsugi.proto.KvOp;
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
        KvReply reply = (status, value, message) -> {
            KvResponse.Builder response =
                    KvResponse.newBuilder().setStatus(status).setMessage(message);
            if (value != null) {
                response.setValue(UnsafeByteOperations.unsafeWrap(value));
            }
            observer.onNext(response.build());
            observer.onCompleted();
        };
        if (request.getKey().size() > MAX_KEY_BYTES) {
            tooLarge(reply, "key", request.getKey().size(), MAX_KEY_BYTES);
        } else if (request.getValue().size() > MAX_VALUE_BYTES) {
            tooLarge(reply, "value", request.getValue().size(), MAX_VALUE_BYTES);
        } else if (request.getOp() == KvOp.KV_GET) {
            node.read(request.getPartition(), request.getKey().toByteArray(), request.getAllowStale(), reply);
        } else {
            Entry.Op op = request.getOp() == KvOp.KV_PUT ? Entry.Op.PUT : Entry.Op.DELETE;
            byte[] value = op == Entry.Op.PUT ? request.getValue().toByteArray() : new byte[0];
            WriteRequest write = new WriteRequest(
                    op,
                    request.getKey().toByteArray(),
                    value,
                    request.getClient(),
                    request.getSequence(),
                    clock.millis());
            node.write(request.getPartition(), write, reply);
        }
    }

    private static void tooLarge(KvReply reply, String what, int size, int limit) {
        reply.answer(
                KvStatus.KV_TOO_LARGE,
                null,
                "the " + what + " has " + size + " bytes, at most " + limit + " are taken");
    }
}
