package io.kintsugi.client;

import java.util.zip.CRC32C;

/** The key hashes that a table's definition may name. */
public final class KeyHash {
    public static final String CRC32C = "crc32c";

    private KeyHash() {}

    /** The slot of a key. A hash that this version doesn't know is refused: a wrong slot would hide data. */
    public static int slot(String hash, byte[] key, int partitions) {
        if (!CRC32C.equals(hash)) {
            throw new KintsugiException(
                    "UNKNOWN_HASH",
                    "the table's key hash is '" + hash + "'; this client knows 'crc32c' only: use a newer client");
        }
        CRC32C crc = new CRC32C();
        crc.update(key, 0, key.length);
        return (int) (crc.getValue() % partitions);
    }
}
