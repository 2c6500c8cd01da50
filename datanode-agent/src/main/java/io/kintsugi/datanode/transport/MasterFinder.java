package io.kintsugi.datanode.transport;

import io.kintsugi.common.net.HostPort;
import java.time.Duration;
import java.util.List;

/**
 * Which master to ask next: the one that another named as the leader, else all in turn. Pauses grow only after a whole round without
 * success. Belongs to the link's loop.
 */
final class MasterFinder {
    private static final long MIN_PAUSE_MILLIS = 20;
    /** Or the heartbeat's interval, if that is longer. */
    private static final long MAX_PAUSE_MILLIS = 500;

    private static final int MAX_HINTS = 3;

    private final List<HostPort> addresses;
    private final long longestPause;
    private HostPort hinted;
    private int hintsFollowed;
    private int next;
    private int tried;

    MasterFinder(List<HostPort> masters, Duration heartbeat) {
        addresses = List.copyOf(masters);
        longestPause = Math.max(MAX_PAUSE_MILLIS, heartbeat.toMillis());
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
        return rounds == 0 ? MIN_PAUSE_MILLIS : Math.min(longestPause, 100L * rounds);
    }

    HostPort next() {
        HostPort address = hinted;
        if (address == null) {
            address = addresses.get(next++ % addresses.size());
        }
        hinted = null;
        tried++;
        return address;
    }
}
