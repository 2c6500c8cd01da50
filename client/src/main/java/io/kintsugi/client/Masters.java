package io.kintsugi.client;

import io.kintsugi.proto.GetRouteRequest;
import io.kintsugi.proto.GetRouteResponse;
import io.kintsugi.proto.MasterServiceGrpc;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Requests to the leading master. It begins with whom it last found leading; on a refusal or failure it follows the hint or tries the next
 * one, each master at most once and one hint; after that the caller's backoff decides.
 */
final class Masters {
    private final List<String> addresses;
    private final Channels channels;
    private final Duration timeout;
    private volatile String leader;

    Masters(List<String> addresses, Channels channels, Duration timeout) {
        this.addresses = List.copyOf(addresses);
        this.channels = channels;
        this.timeout = timeout;
        this.leader = addresses.get(0);
    }

    CompletableFuture<GetRouteResponse> route(String table) {
        CompletableFuture<GetRouteResponse> result = new CompletableFuture<>();
        ask(table, leader, 0, result);
        return result;
    }

    private void ask(String table, String address, int asked, CompletableFuture<GetRouteResponse> result) {
        call(table, address).whenComplete((response, error) -> {
            if (error == null
                    && !response.getReason().equals("NOT_LEADER")
                    && !response.getReason().equals("NOT_READY")) {
                leader = address;
                result.complete(response);
                return;
            }
            if (asked > addresses.size()) {
                String why = error != null ? String.valueOf(error.getMessage()) : response.getReason();
                result.completeExceptionally(new KintsugiException(
                        "NO_MASTER", "no leading master among " + addresses + "; last answer: " + why));
                return;
            }
            boolean hinted = error == null
                    && !response.getLeaderHint().isEmpty()
                    && !response.getLeaderHint().equals(address);
            ask(table, hinted ? response.getLeaderHint() : after(address), asked + 1, result);
        });
    }

    private String after(String address) {
        return addresses.get((addresses.indexOf(address) + 1) % addresses.size());
    }

    private CompletableFuture<GetRouteResponse> call(String table, String address) {
        Answer<GetRouteResponse> answer = new Answer<>();
        try {
            MasterServiceGrpc.newStub(channels.get(address))
                    .withDeadlineAfter(timeout.toNanos(), TimeUnit.NANOSECONDS)
                    .getRoute(GetRouteRequest.newBuilder().setTable(table).build(), answer);
        } catch (KintsugiException e) {
            answer.onError(e);
        }
        return answer.future();
    }
}
