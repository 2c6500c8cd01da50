package io.kintsugi.client;

import io.kintsugi.common.Clock;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/** A client of one cluster. Thread-safe; make one and share it. Closing it fails what is under way with {@code CLOSED}. */
public final class KintsugiClient implements AutoCloseable {
    private final ClientOptions options;
    private final Clock clock = Clock.system();
    private final ScheduledExecutorService timer;
    private final Channels channels = new Channels();
    private final Nodes nodes = new Nodes(channels);
    private final Routes routes;
    private final Sessions sessions;

    private KintsugiClient(List<String> masters, ClientOptions options) {
        this.options = options;
        this.timer = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("kintsugi-client-timer").factory());
        this.routes = new Routes(new Masters(masters, channels, options.attemptTimeout()));
        // not reproducible on purpose: two clients must never share a session
        this.sessions = new Sessions(new SecureRandom()::nextLong);
    }

    /** @param masters gRPC addresses, {@code host:port}, of some or all masters; the leader is found by asking */
    public static KintsugiClient connect(List<String> masters) {
        return connect(masters, ClientOptions.DEFAULTS);
    }

    public static KintsugiClient connect(List<String> masters, ClientOptions options) {
        if (masters.isEmpty()) {
            throw new KintsugiException("NO_MASTER", "no master address was given: name at least one as host:port");
        }
        return new KintsugiClient(masters, options);
    }

    /** Asks nobody yet: a table that doesn't exist shows with the first operation. */
    public Table table(String name) {
        return new Table(name, this);
    }

    @Override
    public void close() {
        timer.shutdownNow();
        routes.close();
        channels.close();
    }

    ClientOptions options() {
        return options;
    }

    Clock clock() {
        return clock;
    }

    ScheduledExecutorService timer() {
        return timer;
    }

    Routes routes() {
        return routes;
    }

    Nodes nodes() {
        return nodes;
    }

    Sessions sessions() {
        return sessions;
    }
}
