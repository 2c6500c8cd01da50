package io.kintsugi.datanode.transport;

import io.kintsugi.common.Clock;
import io.kintsugi.common.net.HostPort;
import io.kintsugi.datanode.host.Envelope;
import io.kintsugi.datanode.host.Peers;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** One link to each other datanode that a replica here has something to say to. */
public final class PeerLinks implements Peers, AutoCloseable {
    private final Clock clock;
    private final Map<String, PeerLink> links = new ConcurrentHashMap<>();
    private volatile Consumer<String> onUp = address -> {};

    public PeerLinks(Clock clock) {
        this.clock = clock;
    }

    /** @param listener told the address of a link that works again after it didn't */
    public void onUp(Consumer<String> listener) {
        onUp = listener;
    }

    @Override
    public void send(String address, Envelope envelope) {
        links.computeIfAbsent(address, to -> new PeerLink(HostPort.parse(to), clock, () -> onUp.accept(to)))
                .add(envelope);
    }

    @Override
    public void flush() {
        links.values().forEach(PeerLink::flush);
    }

    @Override
    public void close() {
        links.values().forEach(PeerLink::close);
    }
}
