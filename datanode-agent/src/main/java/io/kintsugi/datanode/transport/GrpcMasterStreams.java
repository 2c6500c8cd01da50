package io.kintsugi.datanode.transport;

import io.grpc.ManagedChannel;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.kintsugi.common.net.GrpcNet;
import io.kintsugi.common.net.HostPort;
import io.kintsugi.proto.MasterServiceGrpc;
import io.kintsugi.proto.NodeDown;
import io.kintsugi.proto.NodeUp;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/** Attend calls over gRPC, one channel to each master. */
public final class GrpcMasterStreams implements MasterStreams {
    private final Map<HostPort, ManagedChannel> channels = new HashMap<>();

    @Override
    public AttendStream open(HostPort master, Consumer<NodeDown> onMessage, Runnable onEnd) {
        ManagedChannel channel = channels.computeIfAbsent(
                master, to -> GrpcNet.channel(to).directExecutor().build());
        channel.resetConnectBackoff();
        Call call = new Call(onMessage, onEnd);
        MasterServiceGrpc.newStub(channel).attend(call);
        return call;
    }

    @Override
    public void close() {
        channels.values().forEach(ManagedChannel::shutdownNow);
    }

    private static final class Call implements AttendStream, ClientResponseObserver<NodeUp, NodeDown> {
        private final Consumer<NodeDown> onMessage;
        private final Runnable onEnd;
        private ClientCallStreamObserver<NodeUp> requests;
        private boolean closed;

        Call(Consumer<NodeDown> onMessage, Runnable onEnd) {
            this.onMessage = onMessage;
            this.onEnd = onEnd;
        }

        @Override
        public void send(NodeUp message) {
            if (!closed) {
                requests.onNext(message);
            }
        }

        @Override
        public void close() {
            if (!closed) {
                closed = true;
                requests.cancel("this node looks for the leading master", null);
            }
        }

        @Override
        public void beforeStart(ClientCallStreamObserver<NodeUp> stream) {
            requests = stream;
        }

        @Override
        public void onNext(NodeDown message) {
            onMessage.accept(message);
        }

        @Override
        public void onError(Throwable broken) {
            onEnd.run();
        }

        @Override
        public void onCompleted() {
            onEnd.run();
        }
    }
}
