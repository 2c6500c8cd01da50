package io.kintsugi.master.transport;

import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.kintsugi.common.net.GrpcNet;
import io.kintsugi.common.net.HostPort;
import io.kintsugi.master.plan.rebuild.NodeAnswer;
import io.kintsugi.master.rebuild.Inventories;
import io.kintsugi.proto.CollectRequest;
import io.kintsugi.proto.FenceRequest;
import io.kintsugi.proto.FenceResponse;
import io.kintsugi.proto.InventoryPage;
import io.kintsugi.proto.InventoryServiceGrpc;
import io.kintsugi.proto.InventoryServiceGrpc.InventoryServiceBlockingStub;
import java.time.Duration;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@link Inventories} over gRPC, with a connection for each call. */
public final class GrpcInventories implements Inventories {
    private static final Logger LOG = LoggerFactory.getLogger(GrpcInventories.class);
    /** For all that a datanode has. */
    private static final Duration COLLECT = Duration.ofSeconds(120);

    private static final Duration FENCE = Duration.ofSeconds(15);

    @Override
    public void collect(String address, Consumer<NodeAnswer> page) {
        String error = asked(address, COLLECT, stub -> {
            Iterator<InventoryPage> pages = stub.collect(CollectRequest.getDefaultInstance());
            while (pages.hasNext()) {
                page.accept(InventoryCodec.answer(address, pages.next()));
            }
            return "";
        });
        if (!error.isEmpty()) {
            page.accept(NodeAnswer.failed(address, error));
        }
    }

    @Override
    public String fence(String address, String clusterId, long generation, String recovery) {
        return asked(address, FENCE, stub -> {
            FenceResponse answer = stub.fence(FenceRequest.newBuilder()
                    .setClusterId(clusterId)
                    .setGeneration(generation)
                    .setRecovery(recovery)
                    .build());
            return answer.getReason().isEmpty() ? "" : "ERR_" + answer.getReason() + ": " + answer.getMessage();
        });
    }

    private static String asked(
            String address, Duration limit, Function<InventoryServiceBlockingStub, String> question) {
        ManagedChannel channel = GrpcNet.channel(HostPort.parse(address)).build();
        try {
            return question.apply(InventoryServiceGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(limit.toMillis(), TimeUnit.MILLISECONDS));
        } catch (StatusRuntimeException e) {
            LOG.info("{} can't be asked: {}", address, e.getStatus());
            return switch (e.getStatus().getCode()) {
                case DEADLINE_EXCEEDED -> "ERR_TIMEOUT";
                case UNIMPLEMENTED -> "ERR_HANDLER_NOT_FOUND";
                default -> "ERR_NETWORK_FAILURE";
            };
        } finally {
            channel.shutdownNow();
        }
    }
}
