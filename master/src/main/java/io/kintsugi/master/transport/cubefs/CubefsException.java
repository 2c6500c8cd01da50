package io.kintsugi.master.transport.cubefs;

/** A request that is answered with a code of the original's and no data. */
final class CubefsException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final int code;

    CubefsException(int code, String message) {
        super(message, null, false, false);
        this.code = code;
    }

    /** Refused, with nothing done: the caller sees reason and message as they are. */
    static CubefsException refused(String reason, String message) {
        return new CubefsException(Codes.INTERNAL, reason + ": " + message);
    }

    /** A parameter that won't do. */
    static CubefsException parameter(String message) {
        return new CubefsException(Codes.PARAMETER, message);
    }

    int code() {
        return code;
    }
}
