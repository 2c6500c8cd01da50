package io.kintsugi.datanode.host;

import io.kintsugi.datanode.store.Found;
import io.kintsugi.proto.KvStatus;

/** Where a client's answer goes; called once, from a disk's event loop. */
@FunctionalInterface
public interface KvReply {
    /** @param found of a read that was answered, otherwise null; @param message for a person, "" when all is well */
    void answer(KvStatus status, Found found, String message);
}
