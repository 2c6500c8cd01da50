package io.kintsugi.master.store;

/** The store failed. Fatal: RocksDB may go on after a failed write, and a later batch would cover up for the lost one. */
public final class StoreException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public StoreException(String message, Throwable cause) {
        super(message, cause);
    }
}
