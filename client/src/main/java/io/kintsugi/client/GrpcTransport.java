package io.kintsugi.client;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import io.kintsugi.proto.DataServiceGrpc;
import io.kintsugi.proto.GetRouteRequest;
import io.kintsugi.proto.GetRouteResponse;
import io.kintsugi.proto.KvRequest;
import io.kintsugi.proto.KvResponse;
import io.kintsugi.proto.MasterServiceGrpc;
import java.net.ConnectException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Requests by gRPC. */
final class GrpcTransport implements Transport {
    private final Channels channels = new Channels();

    @Override
    public CompletableFuture<KvResponse> execute(String address, KvRequest request, Duration timeout) {
        return asked(answer -> DataServiceGrpc.newStub(channels.get(address))
                .withDeadlineAfter(timeout.toNanos(), TimeUnit.NANOSECONDS)
                .execute(request, answer));
    }

    @Override
    public CompletableFuture<GetRouteResponse> route(String address, GetRouteRequest request, Duration timeout) {
        return asked(answer -> MasterServiceGrpc.newStub(channels.get(address))
                .withDeadlineAfter(timeout.toNanos(), TimeUnit.NANOSECONDS)
                .getRoute(request, answer));
    }

    private static <T> CompletableFuture<T> asked(Consumer<StreamObserver<T>> call) {
        Answer<T> answer = new Answer<>();
        try {
            call.accept(answer);
        } catch (KintsugiException e) {
            answer.onError(e);
        }
        return answer.future();
    }

    @Override
    public void close() {
        channels.close();
    }

    /** The one answer of a unary call, as a future. */
    private static final class Answer<T> implements StreamObserver<T> {
        private final CompletableFuture<T> future = new CompletableFuture<>();

        CompletableFuture<T> future() {
            return future;
        }

        @Override
        public void onNext(T value) {
            future.complete(value);
        }

        @Override
        public void onError(Throwable error) {
            future.completeExceptionally(nobodyThere(error) ? new NotReached(error.getMessage(), error) : error);
        }

        @Override
        public void onCompleted() {
            future.completeExceptionally(
                    Status.INTERNAL.withDescription("ended without an answer").asRuntimeException());
        }

        /** The connection was refused, so the request was never sent. */
        private static boolean nobodyThere(Throwable error) {
            return error instanceof StatusRuntimeException e
                    && e.getStatus().getCode() == Status.Code.UNAVAILABLE
                    && String.valueOf(e.getStatus().getDescription()).startsWith("io exception")
                    && e.getCause() instanceof ConnectException;
        }
    }
}
