package io.kintsugi.client;

import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.kintsugi.common.net.GrpcNet;
import io.kintsugi.common.net.HostPort;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** One channel an address, made when first needed and kept. */
final class Channels implements AutoCloseable {
    private final Map<String, ManagedChannel> byAddress = new ConcurrentHashMap<>();
    private volatile boolean closed;

    ManagedChannel get(String address) {
        if (closed) {
            throw new KintsugiException("CLOSED", "the client is closed");
        }
        ManagedChannel channel = byAddress.computeIfAbsent(
                address, a -> GrpcNet.channel(HostPort.parse(a)).build());
        // gRPC would pause for up to minutes after failed attempts; our own backoff is what counts
        if (channel.getState(false) == ConnectivityState.TRANSIENT_FAILURE) {
            channel.resetConnectBackoff();
        }
        return channel;
    }

    @Override
    public void close() {
        closed = true;
        byAddress.values().forEach(ManagedChannel::shutdownNow);
    }
}
