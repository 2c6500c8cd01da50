package io.kintsugi.master.transport.cubefs;

import io.kintsugi.master.transport.ApiException;

/**
 * Numbers of the envelope's {@code code}. Clients of the original show the message of {@link #INTERNAL} and {@link #PARAMETER} as it is,
 * and for any other number a text of their own.
 */
final class Codes {
    static final int OK = 0;
    static final int INTERNAL = 1;
    static final int PARAMETER = 2;
    static final int NO_VOLUME = 7;
    static final int NO_PARTITION = 11;
    static final int NO_DATANODE = 12;
    static final int DUPLICATE_VOLUME = 14;
    static final int AUTH_KEY_MISMATCH = 34;
    static final int NO_USER = 46;
    static final int NO_NODESET = 64;

    private Codes() {}

    /** What an error of ours is to the original's clients. */
    static int of(ApiException e) {
        String reason = e.reason();
        return switch (reason) {
            case "NO_SUCH_TABLE" -> NO_VOLUME;
            case "NO_SUCH_PARTITION" -> NO_PARTITION;
            case "NO_SUCH_NODE" -> NO_DATANODE;
            case "TABLE_EXISTS" -> DUPLICATE_VOLUME;
            default -> reason.startsWith("BAD_") || reason.startsWith("MISSING_") ? PARAMETER : INTERNAL;
        };
    }
}
