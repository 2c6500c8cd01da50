package io.kintsugi.datanode.transport;

import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.kintsugi.proto.MasterServiceGrpc;
import io.kintsugi.proto.NodeDown;
import io.kintsugi.proto.NodeUp;
import java.util.function.Consumer;

/** One Attend call to one master. Its owner's thread sends; what comes is handed on from gRPC's. */
final class AttendStream implements ClientResponseObserver<NodeUp, NodeDown> {
    private final String address;
    private final Consumer<NodeDown> onMessage;
    private final Runnable onEnd;
    private ClientCallStreamObserver<NodeUp> call;
    private boolean closed;

    AttendStream(
            String address, MasterServiceGrpc.MasterServiceStub stub, Consumer<NodeDown> onMessage, Runnable onEnd) {
        this.address = address;
        this.onMessage = onMessage;
        this.onEnd = onEnd;
        stub.attend(this);
    }

    String address() {
        return address;
    }

    void send(NodeUp message) {
        if (!closed) {
            call.onNext(message);
        }
    }

    void close() {
        if (!closed) {
            closed = true;
            call.cancel("this node looks for the leading master", null);
        }
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<NodeUp> requests) {
        call = requests;
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
