package io.kintsugi.client;

import io.kintsugi.proto.GetRouteRequest;
import io.kintsugi.proto.GetRouteResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Requests to the leading master. It begins with whom it last found leading; on a refusal or failure it follows the hint or tries the next
 * one, each master at most once and one hint; after that the caller's backoff decides.
 */
final class Masters {
    private final List<String> addresses;
    private final Transport transport;
    private final Duration timeout;
    private volatile String leader;

    Masters(List<String> addresses, Transport transport, Duration timeout) {
        this.addresses = List.copyOf(addresses);
        this.transport = transport;
        this.timeout = timeout;
        this.leader = addresses.get(0);
    }

    CompletableFuture<GetRouteResponse> route(String table) {
        CompletableFuture<GetRouteResponse> result = new CompletableFuture<>();
        ask(table, leader, 0, result);
        return result;
    }

    private void ask(String table, String address, int asked, CompletableFuture<GetRouteResponse> result) {
        GetRouteRequest request = GetRouteRequest.newBuilder().setTable(table).build();
        transport.route(address, request, timeout).whenComplete((response, error) -> {
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
}
