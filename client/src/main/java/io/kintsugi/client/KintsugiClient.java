package io.kintsugi.client;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A client of one cluster. Thread-safe; make one and share it. Closing it fails what is under way with {@code CLOSED}. */
public final class KintsugiClient implements AutoCloseable {
    private final ClientOptions options;
    private final ClientPorts ports;
    private final Routes routes;
    private final Sessions sessions;
    private final Set<Operation> open = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    private KintsugiClient(List<String> masters, ClientOptions options, ClientPorts ports) {
        this.options = options;
        this.ports = ports;
        this.routes = new Routes(new Masters(masters, ports.transport(), options.attemptTimeout()));
        this.sessions = new Sessions(ports.sessionIds());
    }

    /** @param masters gRPC addresses, {@code host:port}, of some or all masters; the leader is found by asking */
    public static KintsugiClient connect(List<String> masters) {
        return connect(masters, ClientOptions.DEFAULTS);
    }

    public static KintsugiClient connect(List<String> masters, ClientOptions options) {
        return connect(masters, options, ClientPorts.real());
    }

    /** On other ports than the real ones. They are the client's from now on: closing it closes them. */
    public static KintsugiClient connect(List<String> masters, ClientOptions options, ClientPorts ports) {
        if (masters.isEmpty()) {
            throw new KintsugiException("NO_MASTER", "no master address was given: name at least one as host:port");
        }
        return new KintsugiClient(masters, options, ports);
    }

    /** Asks nobody yet: a table that doesn't exist shows with the first operation. */
    public Table table(String name) {
        return new Table(name, this);
    }

    /** What is under way fails: a write that may have been done with {@code UNKNOWN}, everything else with {@code CLOSED}. */
    @Override
    public void close() {
        closed = true;
        ports.timer().close();
        routes.close();
        ports.transport().close();
        open.forEach(Operation::closed);
    }

    /** To be told of each operation: none may be left without an end when the client is closed. */
    void begun(Operation operation) {
        open.add(operation);
        if (closed) {
            operation.closed();
        }
    }

    void ended(Operation operation) {
        open.remove(operation);
    }

    ClientOptions options() {
        return options;
    }

    ClientPorts ports() {
        return ports;
    }

    Routes routes() {
        return routes;
    }

    Sessions sessions() {
        return sessions;
    }
}
