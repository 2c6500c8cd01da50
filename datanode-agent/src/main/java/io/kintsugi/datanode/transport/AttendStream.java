package io.kintsugi.datanode.transport;

import io.kintsugi.proto.NodeUp;

/** One Attend call to one master. Both methods belong to the link's loop. */
public interface AttendStream {
    void send(NodeUp message);

    /** Ends it from this side. What still comes on it may or may not be handed on. */
    void close();
}
