package io.kintsugi.datanode.host;

import io.kintsugi.proto.KvStatus;

/** Where a client's answer goes; called once, from a disk's event loop. */
@FunctionalInterface
public interface KvReply {
    /** @param value of a get that found one, otherwise null; @param message for a person, "" when all is well */
    void answer(KvStatus status, byte[] value, String message);
}
