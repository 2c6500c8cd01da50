package io.kintsugi.datanode.host;

/** The way to other datanodes. Nothing is promised: messages may be dropped, and {@link #send} never waits. */
public interface Peers {
    /** @param address host:port of the receiver's gRPC listener */
    void send(String address, Envelope envelope);

    /** Everything handed over so far goes on its way, in as few batches as possible. */
    void flush();
}
