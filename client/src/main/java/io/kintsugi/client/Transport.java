package io.kintsugi.client;

import io.kintsugi.proto.GetRouteRequest;
import io.kintsugi.proto.GetRouteResponse;
import io.kintsugi.proto.KvRequest;
import io.kintsugi.proto.KvResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * Carries a client's requests, as a port: {@link GrpcTransport} is the real thing. A future that fails with {@link NotReached} says that
 * nobody took the request; with anything else it may have been carried out, or may yet be.
 */
public interface Transport extends AutoCloseable {
    /** Nobody listens at the address: what was asked can't happen any more. */
    final class NotReached extends RuntimeException {
        private static final long serialVersionUID = 1L;

        public NotReached(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** A read or write, at a datanode. */
    CompletableFuture<KvResponse> execute(String address, KvRequest request, Duration timeout);

    /** Where a table is, at a master. */
    CompletableFuture<GetRouteResponse> route(String address, GetRouteRequest request, Duration timeout);

    @Override
    void close();
}
