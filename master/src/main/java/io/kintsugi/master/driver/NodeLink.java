package io.kintsugi.master.driver;

import io.kintsugi.proto.NodeDown;

/** A datanode's stream, seen from the master. Used by the loop's thread only; does nothing once it is closed. */
public interface NodeLink {
    void send(NodeDown message);

    /** Ends the stream. */
    void close();
}
