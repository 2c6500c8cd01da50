package io.kintsugi.datanode.host;

/** A replica isn't reloaded; the message begins with a stable reason. */
public final class ReloadException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ReloadException(String message) {
        super(message);
    }
}
