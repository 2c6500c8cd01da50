package io.kintsugi.client;

import com.google.protobuf.ByteString;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.kintsugi.common.net.GrpcNet;
import io.kintsugi.common.net.HostPort;
import io.kintsugi.proto.DataServiceGrpc;
import io.kintsugi.proto.GetRouteRequest;
import io.kintsugi.proto.GetRouteResponse;
import io.kintsugi.proto.KvOp;
import io.kintsugi.proto.KvRecord;
import io.kintsugi.proto.KvRequest;
import io.kintsugi.proto.KvResponse;
import io.kintsugi.proto.KvStatus;
import io.kintsugi.proto.MasterServiceGrpc;
import io.kintsugi.proto.Member;
import io.kintsugi.proto.PartitionConfig;
import io.kintsugi.proto.TableDef;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A master and a datanode in one, whose answers a test scripts; unscripted requests are answered OK. */
final class FakeCluster implements AutoCloseable {
    final List<KvRequest> requests = new CopyOnWriteArrayList<>();
    final List<String> asked = new CopyOnWriteArrayList<>();
    private final Deque<KvStatus> script = new ArrayDeque<>();
    private volatile int answered = 1;
    private volatile ByteString end = ByteString.EMPTY;
    private final Server node;
    private final Server leader;
    private final Server follower;

    FakeCluster() throws IOException {
        node = start(new DataServiceGrpc.DataServiceImplBase() {
            @Override
            public void execute(KvRequest request, StreamObserver<KvResponse> answer) {
                requests.add(request);
                KvStatus status = next();
                if (status == KvStatus.UNRECOGNIZED) { // stands for a broken connection
                    answer.onError(Status.UNAVAILABLE
                            .withDescription("connection lost")
                            .asRuntimeException());
                    return;
                }
                answer.onNext(response(request).setStatus(status).build());
                answer.onCompleted();
            }
        });
        leader = start(master("leader"));
        follower = start(master("follower"));
    }

    List<String> masters() {
        return List.of("127.0.0.1:" + follower.getPort(), "127.0.0.1:" + leader.getPort());
    }

    synchronized void answer(KvStatus... statuses) {
        script.addAll(List.of(statuses));
    }

    /** So many keys of each multi-get are answered, each by itself. */
    void answersOfMultiGet(int most) {
        answered = most;
    }

    /** Where the next scan's page ends. */
    void next(byte[] key) {
        end = ByteString.copyFrom(key);
    }

    private KvResponse.Builder response(KvRequest request) {
        KvResponse.Builder response = KvResponse.newBuilder();
        if (request.getOp() == KvOp.KV_SCAN) {
            response.setNext(end);
            end = ByteString.EMPTY;
        }
        request.getKeysList().stream()
                .limit(answered)
                .forEach(key ->
                        response.addRecords(KvRecord.newBuilder().setKey(key).setValue(key)));
        return response.setAnswered(response.getRecordsCount());
    }

    private synchronized KvStatus next() {
        return script.isEmpty() ? KvStatus.KV_OK : script.poll();
    }

    private MasterServiceGrpc.MasterServiceImplBase master(String name) {
        return new MasterServiceGrpc.MasterServiceImplBase() {
            @Override
            public void getRoute(GetRouteRequest request, StreamObserver<GetRouteResponse> answer) {
                asked.add(name);
                answer.onNext(name.equals("leader") ? route(request.getTable()) : notLeader());
                answer.onCompleted();
            }
        };
    }

    private GetRouteResponse notLeader() {
        return GetRouteResponse.newBuilder()
                .setReason("NOT_LEADER")
                .setLeaderHint("127.0.0.1:" + leader.getPort())
                .build();
    }

    private GetRouteResponse route(String table) {
        if (!table.equals("t")) {
            return GetRouteResponse.newBuilder().setReason("NO_SUCH_TABLE").build();
        }
        GetRouteResponse.Builder route = GetRouteResponse.newBuilder()
                .setTable(TableDef.newBuilder()
                        .setId(1)
                        .setName("t")
                        .setPartitions(2)
                        .setHash("crc32c"));
        for (int i = 0; i < 2; i++) {
            route.addPartitions(PartitionConfig.newBuilder()
                    .setPartition(10 + i)
                    .setIndex(i)
                    .setPrimary(7)
                    .addMembers(Member.newBuilder().setReplica(7).setAddress("127.0.0.1:" + node.getPort())));
        }
        return route.build();
    }

    private static Server start(io.grpc.BindableService service) throws IOException {
        return GrpcNet.server(new HostPort("127.0.0.1", 0))
                .addService(service)
                .build()
                .start();
    }

    @Override
    public void close() {
        node.shutdownNow();
        leader.shutdownNow();
        follower.shutdownNow();
    }
}
