package io.kintsugi.client;

import io.kintsugi.proto.DataServiceGrpc;
import io.kintsugi.proto.KvRequest;
import io.kintsugi.proto.KvResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Requests to datanodes. */
final class Nodes {
    private final Channels channels;

    Nodes(Channels channels) {
        this.channels = channels;
    }

    CompletableFuture<KvResponse> execute(String address, KvRequest request, Duration timeout) {
        Answer<KvResponse> answer = new Answer<>();
        try {
            DataServiceGrpc.newStub(channels.get(address))
                    .withDeadlineAfter(timeout.toNanos(), TimeUnit.NANOSECONDS)
                    .execute(request, answer);
        } catch (KintsugiException e) {
            answer.onError(e);
        }
        return answer.future();
    }
}
