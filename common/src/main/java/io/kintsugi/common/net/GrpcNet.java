package io.kintsugi.common.net;

import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/**
 * Builders of every gRPC server and channel. A cut connection is noticed within about {@value #KEEP_ALIVE_SECONDS} + {@value
 * #KEEP_ALIVE_TIMEOUT_SECONDS} seconds; a message is at most {@value #MAX_MESSAGE_BYTES} bytes.
 */
public final class GrpcNet {
    /** A value may be 1 MiB and a batch holds several. */
    public static final int MAX_MESSAGE_BYTES = 16 << 20;

    static final int KEEP_ALIVE_SECONDS = 5;
    static final int KEEP_ALIVE_TIMEOUT_SECONDS = 5;
    private static final int FLOW_WINDOW_BYTES = 1 << 20;

    private GrpcNet() {}

    /** A server on one address; port 0 lets the system choose (ask the started server). Add services, then start it. */
    public static NettyServerBuilder server(HostPort bind) {
        return NettyServerBuilder.forAddress(new InetSocketAddress(bind.host(), bind.port()))
                .maxInboundMessageSize(MAX_MESSAGE_BYTES)
                .flowControlWindow(FLOW_WINDOW_BYTES)
                .permitKeepAliveTime(KEEP_ALIVE_SECONDS - 1, TimeUnit.SECONDS)
                .permitKeepAliveWithoutCalls(true)
                .keepAliveTime(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
                .keepAliveTimeout(KEEP_ALIVE_TIMEOUT_SECONDS, TimeUnit.SECONDS);
    }

    /** A channel to one address. It connects when first used. */
    public static NettyChannelBuilder channel(HostPort target) {
        return NettyChannelBuilder.forAddress(target.host(), target.port())
                .usePlaintext()
                .maxInboundMessageSize(MAX_MESSAGE_BYTES)
                .flowControlWindow(FLOW_WINDOW_BYTES)
                .keepAliveTime(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
                .keepAliveTimeout(KEEP_ALIVE_TIMEOUT_SECONDS, TimeUnit.SECONDS)
                .disableRetry();
    }
}
