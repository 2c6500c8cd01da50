package io.kintsugi.master.export;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * The layout of an export; all numbers are big endian. A prologue that no version changes: magic (8 bytes), version (4), CRC-32C of both
 * (4). Then blocks: kind (1), length of the payload (4), checksum (4), payload, checksum (4). Each checksum is the CRC-32C (Castagnoli) of
 * all kinds, lengths and payloads from the first block to where it stands: so it also finds blocks that are missing or out of order.
 * One header, any number of blocks of rows, one trailer, and nothing after it. A row is: table (4), length of the key (4), key, length of the
 * value (4), value; rows come table by table, keys ascending.
 */
final class ExportFormat {
    /** Raised when a reader of before would misread what is written. */
    static final int VERSION = 1;

    static final byte HEADER = 1;
    static final byte ROWS = 2;
    static final byte TRAILER = 3;

    static final int PROLOGUE = 16;
    static final int HEAD = 1 + Integer.BYTES;
    static final int CRC = Integer.BYTES;
    /** A block of rows ends with the row that reaches this. */
    static final int BLOCK_BYTES = 64 << 10;
    /** No block is longer: a row of the state is some kilobytes at the most. */
    static final int MAX_BLOCK_BYTES = 64 << 20;

    private static final byte[] MAGIC = "KINTMETA".getBytes(StandardCharsets.US_ASCII);

    private ExportFormat() {}

    static byte[] prologue(int version) {
        ByteBuffer bytes = ByteBuffer.allocate(PROLOGUE).put(MAGIC).putInt(version);
        return bytes.putInt(crc(bytes.array(), 0, PROLOGUE - CRC)).array();
    }

    /** @throws ExportException EXPORT_DAMAGED or EXPORT_VERSION */
    static void check(byte[] prologue) throws ExportException {
        ByteBuffer bytes = ByteBuffer.wrap(prologue);
        byte[] magic = new byte[MAGIC.length];
        bytes.get(magic);
        int version = bytes.getInt();
        if (!Arrays.equals(magic, MAGIC)) {
            throw ExportException.damaged(0, "it doesn't begin as an export does");
        }
        if (bytes.getInt() != crc(prologue, 0, PROLOGUE - CRC)) {
            throw ExportException.damaged(0, "the prologue's checksum is another");
        }
        if (version != VERSION) {
            throw ExportException.version(
                    "it has format version " + version + ", and this program reads version " + VERSION);
        }
    }

    static byte[] head(byte kind, int length) {
        return ByteBuffer.allocate(HEAD).put(kind).putInt(length).array();
    }

    private static int crc(byte[] bytes, int from, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, from, length);
        return (int) crc.getValue();
    }
}
