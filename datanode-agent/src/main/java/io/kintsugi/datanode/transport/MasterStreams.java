package io.kintsugi.datanode.transport;

import io.kintsugi.common.net.HostPort;
import io.kintsugi.proto.NodeDown;
import java.util.function.Consumer;

/** Opens streams to masters, as a port. Belongs to the link's loop. */
public interface MasterStreams {
    /**
     * Never waits: that nobody answers there shows in {@code onEnd}.
     *
     * @param onMessage called for what the master says, in its order, from wherever it comes
     * @param onEnd called once when the stream is over
     */
    AttendStream open(HostPort master, Consumer<NodeDown> onMessage, Runnable onEnd);

    void close();
}
