package io.kintsugi.datanode.transport;

import io.grpc.ManagedChannel;
import io.kintsugi.common.net.GrpcNet;
import io.kintsugi.common.net.HostPort;
import io.kintsugi.proto.MasterServiceGrpc;
import io.kintsugi.proto.NodeDown;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Which master to ask next: the one that another named as the leader, else all in turn. Pauses grow only after a whole round without
 * success. Belongs to the link's thread.
 */
public final class MasterFinder {
    private static final long MIN_PAUSE_MILLIS = 20;
    private static final long MAX_PAUSE_MILLIS = 500;
    private static final int MAX_HINTS = 3;

    private final List<HostPort> addresses;
    private final Map<HostPort, ManagedChannel> channels = new HashMap<>();
    private HostPort hinted;
    private int hintsFollowed;
    private int next;
    private int tried;

    public MasterFinder(List<HostPort> masters) {
        addresses = new ArrayList<>(masters);
    }

    /** Remembers where the leader is said to be. @return whether to ask there at once */
    boolean hint(String address) {
        if (address.isEmpty() || hintsFollowed >= MAX_HINTS) {
            return false;
        }
        hintsFollowed++;
        hinted = HostPort.parse(address);
        return true;
    }

    /** A leader has welcomed us. */
    void found() {
        tried = 0;
        hintsFollowed = 0;
    }

    long pauseMillis() {
        hintsFollowed = 0;
        int rounds = tried / addresses.size();
        return rounds == 0 ? MIN_PAUSE_MILLIS : Math.min(MAX_PAUSE_MILLIS, 100L * rounds);
    }

    AttendStream open(Consumer<NodeDown> onMessage, Runnable onEnd) {
        HostPort address = hinted;
        if (address == null) {
            address = addresses.get(next++ % addresses.size());
        }
        hinted = null;
        tried++;
        ManagedChannel channel = channels.computeIfAbsent(
                address, to -> GrpcNet.channel(to).directExecutor().build());
        channel.resetConnectBackoff();
        return new AttendStream(address.toString(), MasterServiceGrpc.newStub(channel), onMessage, onEnd);
    }

    void close() {
        channels.values().forEach(ManagedChannel::shutdownNow);
    }
}
