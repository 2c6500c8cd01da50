package io.kintsugi.master.transport;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.kintsugi.master.driver.ControlLoop;
import io.kintsugi.master.driver.NodeLink;
import io.kintsugi.proto.GetRouteRequest;
import io.kintsugi.proto.GetRouteResponse;
import io.kintsugi.proto.MasterServiceGrpc;
import io.kintsugi.proto.NodeDown;
import io.kintsugi.proto.NodeUp;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** gRPC for datanodes (their one stream) and clients (routes). */
final class MasterGrpc extends MasterServiceGrpc.MasterServiceImplBase {
    private static final Logger LOG = LoggerFactory.getLogger(MasterGrpc.class);

    private final ControlLoop loop;
    private final RouteService routes;

    MasterGrpc(ControlLoop loop, RouteService routes) {
        this.loop = loop;
        this.routes = routes;
    }

    @Override
    public StreamObserver<NodeUp> attend(StreamObserver<NodeDown> down) {
        Link link = new Link((ServerCallStreamObserver<NodeDown>) down);
        return new StreamObserver<>() {
            @Override
            public void onNext(NodeUp message) {
                loop.received(link, message);
            }

            @Override
            public void onError(Throwable failure) {
                LOG.debug("a datanode's stream broke", failure);
                loop.closed(link);
            }

            @Override
            public void onCompleted() {
                loop.closed(link);
                link.close();
            }
        };
    }

    @Override
    public void getRoute(GetRouteRequest request, StreamObserver<GetRouteResponse> answer) {
        answer.onNext(routes.route(request.getTable()));
        answer.onCompleted();
    }

    /** The stream down. Sends come from the loop's thread only; the end may come from either side. */
    private static final class Link implements NodeLink {
        private final ServerCallStreamObserver<NodeDown> down;
        private final AtomicBoolean closed = new AtomicBoolean();

        Link(ServerCallStreamObserver<NodeDown> down) {
            this.down = down;
            down.setOnCancelHandler(() -> closed.set(true));
        }

        @Override
        public void send(NodeDown message) {
            if (!closed.get() && !down.isCancelled()) {
                synchronized (this) {
                    down.onNext(message);
                }
            }
        }

        @Override
        public void close() {
            if (closed.compareAndSet(false, true) && !down.isCancelled()) {
                synchronized (this) {
                    down.onCompleted();
                }
            }
        }
    }
}
