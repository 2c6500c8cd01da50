package io.kintsugi.master.export;

import java.io.IOException;

/** A file that isn't a whole export of a version that is known. */
public final class ExportException extends IOException {
    private static final long serialVersionUID = 1L;

    private final String reason;

    private ExportException(String reason, String message) {
        super(message);
        this.reason = reason;
    }

    static ExportException truncated(long bytes) {
        return new ExportException("EXPORT_TRUNCATED", "it ends after " + bytes + " bytes, before its trailer");
    }

    static ExportException damaged(long offset, String what) {
        return new ExportException("EXPORT_DAMAGED", "damaged at offset " + offset + ": " + what);
    }

    static ExportException version(String what) {
        return new ExportException("EXPORT_VERSION", what);
    }

    /** EXPORT_TRUNCATED, EXPORT_DAMAGED or EXPORT_VERSION. */
    public String reason() {
        return reason;
    }
}
