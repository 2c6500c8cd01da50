package io.kintsugi.datanode.transport;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.kintsugi.datanode.host.NodeHost;
import io.kintsugi.datanode.store.NodeDirectory;
import io.kintsugi.datanode.store.StorageException;
import io.kintsugi.proto.CollectRequest;
import io.kintsugi.proto.FenceRequest;
import io.kintsugi.proto.FenceResponse;
import io.kintsugi.proto.InventoryPage;
import io.kintsugi.proto.InventoryServiceGrpc;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** For masters without metadata: what this node has, and that it heeds no masters of before. Partitions go on as they are. */
public final class InventoryServer extends InventoryServiceGrpc.InventoryServiceImplBase {
    private static final Logger LOG = LoggerFactory.getLogger(InventoryServer.class);

    private final Supplier<NodeIdentity> identity;
    private final NodeDirectory directory;
    private final NodeHost node;
    private final Runnable fenced;

    /**
     * @param identity null until the node listens
     * @param fenced called when masters below a generation aren't to be heeded any more
     */
    public InventoryServer(Supplier<NodeIdentity> identity, NodeDirectory directory, NodeHost node, Runnable fenced) {
        this.identity = identity;
        this.directory = directory;
        this.node = node;
        this.fenced = fenced;
    }

    /** A page is made when the one before is on its way: a slow reader costs no memory. */
    @Override
    public void collect(CollectRequest request, StreamObserver<InventoryPage> answer) {
        if (!node.started() || identity.get() == null) {
            answer.onNext(InventoryPage.newBuilder()
                    .setReason("NOT_READY")
                    .setMessage("disks are being opened: ask again")
                    .build());
            answer.onCompleted();
            return;
        }
        ServerCallStreamObserver<InventoryPage> out = (ServerCallStreamObserver<InventoryPage>) answer;
        Inventory pages = new Inventory(identity.get(), directory, node);
        out.setOnReadyHandler(() -> {
            while (out.isReady() && pages.hasNext()) {
                out.onNext(pages.next());
                if (!pages.hasNext()) {
                    out.onCompleted();
                }
            }
        });
    }

    @Override
    public void fence(FenceRequest request, StreamObserver<FenceResponse> answer) {
        FenceResponse.Builder response = FenceResponse.newBuilder();
        if (!request.getClusterId().equals(directory.clusterId())) {
            response.setReason("OTHER_CLUSTER")
                    .setMessage("this node belongs to cluster " + directory.clusterId() + ", not "
                            + request.getClusterId());
        } else {
            fence(request, response);
        }
        answer.onNext(response.setGeneration(directory.generation()).build());
        answer.onCompleted();
    }

    private void fence(FenceRequest request, FenceResponse.Builder response) {
        try {
            if (directory.fence(request.getGeneration(), request.getRecovery())) {
                LOG.warn(
                        "fenced to generation {} by recovery {}: masters below it aren't heeded",
                        request.getGeneration(),
                        request.getRecovery());
                fenced.run();
            } else {
                response.setReason("OLD_GENERATION")
                        .setMessage("this node has seen generation " + directory.generation() + " already");
            }
        } catch (StorageException e) {
            LOG.error("NODE_DIRECTORY_FAILED: the fence could not be kept: {}", e.getMessage());
            response.setReason("NODE_DIRECTORY_FAILED").setMessage(e.getMessage());
        }
    }
}
