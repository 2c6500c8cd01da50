package io.kintsugi.datanode.store;

import io.kintsugi.datanode.store.StorageException.Kind;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Locale;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;

/** The one place that decides what a failed file operation or RocksDB call means (DESIGN section 5). */
public final class StorageErrors {
    private static final List<String> FULL =
            List.of("no space left", "disk quota exceeded", "too many links", "file too large");
    private static final List<String> PROCESS =
            List.of("too many open files", "cannot allocate memory", "out of memory");
    private static final List<String> IO = List.of("input/output error", "read-only file system", DiskProbe.WRONG);
    private static final List<String> GONE = List.of("no such file or directory");

    private StorageErrors() {}

    /** The failure as a {@link StorageException} that says what was being done; one that is already classified passes through. */
    public static StorageException of(String doing, Throwable failure) {
        if (failure instanceof StorageException known) {
            return known;
        }
        return new StorageException(kindOf(failure), doing + " failed: " + failure.getMessage(), failure);
    }

    /**
     * What the failure takes with it. Java and RocksDB hand on the C library's text instead of the error number, so the text decides;
     * whatever isn't recognised counts against the disk, because taking a bad disk for a good one costs more than the reverse.
     */
    public static Kind kindOf(Throwable failure) {
        if (failure instanceof StorageException known) {
            return known.kind();
        }
        if (failure instanceof OutOfMemoryError) {
            return Kind.PROCESS;
        }
        if (failure instanceof RocksDBException rocks && rocks.getStatus() != null) {
            Status status = rocks.getStatus();
            if (status.getCode() == Status.Code.Corruption) {
                return Kind.REPLICA;
            }
            if (status.getSubCode() == Status.SubCode.NoSpace) {
                return Kind.FULL;
            }
        }
        if (failure instanceof NoSuchFileException) {
            return Kind.REPLICA;
        }
        return byText(failure);
    }

    /** Whether the disk itself refused: not for want of a mount, a right or room, which may mend without anybody's word. */
    public static boolean isIo(StorageException failure) {
        for (Throwable t = failure; t != null; t = t.getCause()) {
            if (contains(IO, String.valueOf(t.getMessage()).toLowerCase(Locale.ROOT))) {
                return failure.kind() == Kind.DISK;
            }
        }
        return false;
    }

    private static Kind byText(Throwable failure) {
        String text = String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT);
        if (contains(FULL, text)) {
            return Kind.FULL;
        }
        if (contains(PROCESS, text)) {
            return Kind.PROCESS;
        }
        if (contains(GONE, text)) {
            return Kind.REPLICA;
        }
        Throwable cause = failure.getCause();
        boolean wrapped = cause != null && (cause instanceof IOException || cause instanceof RocksDBException);
        return wrapped ? kindOf(cause) : Kind.DISK;
    }

    private static boolean contains(List<String> known, String text) {
        return known.stream().anyMatch(text::contains);
    }
}
