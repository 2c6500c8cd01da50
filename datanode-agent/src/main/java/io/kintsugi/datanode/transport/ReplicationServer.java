package io.kintsugi.datanode.transport;

import io.grpc.stub.StreamObserver;
import io.kintsugi.datanode.host.NodeHost;
import io.kintsugi.proto.DeliverResponse;
import io.kintsugi.proto.ReplicationBatch;
import io.kintsugi.proto.ReplicationServiceGrpc;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes in what other datanodes' replicas have to say to the ones here. */
public final class ReplicationServer extends ReplicationServiceGrpc.ReplicationServiceImplBase {
    private static final Logger LOG = LoggerFactory.getLogger(ReplicationServer.class);

    private final NodeHost node;

    public ReplicationServer(NodeHost node) {
        this.node = node;
    }

    @Override
    public StreamObserver<ReplicationBatch> deliver(StreamObserver<DeliverResponse> end) {
        return new StreamObserver<>() {
            @Override
            public void onNext(ReplicationBatch batch) {
                batch.getMessagesList()
                        .forEach(message -> Protos.envelope(message).ifPresent(node::deliver));
            }

            @Override
            public void onError(Throwable broken) {
                LOG.debug("a datanode's stream broke: {}", broken.getMessage());
            }

            @Override
            public void onCompleted() {
                end.onNext(DeliverResponse.getDefaultInstance());
                end.onCompleted();
            }
        };
    }
}
