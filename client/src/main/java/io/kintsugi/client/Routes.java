package io.kintsugi.client;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Routes by table. Concurrent operations that need the same one share the question to the master. */
final class Routes implements AutoCloseable {
    private final Masters masters;
    private final Map<String, CompletableFuture<Route>> byTable = new HashMap<>();

    Routes(Masters masters) {
        this.masters = masters;
    }

    CompletableFuture<Route> get(String table) {
        CompletableFuture<Route> route;
        synchronized (this) {
            route = byTable.get(table);
            if (route != null) {
                return route;
            }
            route = new CompletableFuture<>();
            byTable.put(table, route);
        }
        CompletableFuture<Route> asked = route;
        masters.route(table).whenComplete((response, error) -> {
            if (error != null) {
                drop(table, asked);
                asked.completeExceptionally(error);
            } else if (!response.getReason().isEmpty()) {
                drop(table, asked);
                asked.completeExceptionally(
                        new KintsugiException(response.getReason(), refusal(table, response.getReason())));
            } else {
                asked.complete(Route.of(response));
            }
        });
        return route;
    }

    /** The route has turned out to be old: the next {@link #get} asks again. A question under way is left alone. */
    synchronized void forget(String table) {
        CompletableFuture<Route> route = byTable.get(table);
        if (route != null && route.isDone()) {
            byTable.remove(table);
        }
    }

    private synchronized void drop(String table, CompletableFuture<Route> route) {
        byTable.remove(table, route);
    }

    @Override
    public synchronized void close() {
        byTable.values().forEach(r -> r.completeExceptionally(new KintsugiException("CLOSED", "the client is closed")));
    }

    private static String refusal(String table, String reason) {
        return reason.equals("NO_SUCH_TABLE")
                ? "there is no table '" + table + "'"
                : "no route to table '" + table + "': " + reason;
    }
}
