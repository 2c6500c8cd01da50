package io.kintsugi.datanode.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.kintsugi.datanode.store.StorageException.Kind;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.Test;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;

class StorageErrorsTest {
    @Test
    void aFailureTakesWithItWhatItMust() {
        assertThat(kind(new IOException("Input/output error"))).isEqualTo(Kind.DISK);
        assertThat(kind(new FileSystemException("/d/x", null, "Read-only file system")))
                .isEqualTo(Kind.DISK);
        assertThat(kind(new IOException("No space left on device"))).isEqualTo(Kind.FULL);
        assertThat(kind(new FileSystemException("/d/x", null, "Disk quota exceeded")))
                .isEqualTo(Kind.FULL);
        assertThat(kind(new FileSystemException("/d/x", null, "Too many open files")))
                .isEqualTo(Kind.PROCESS);
        assertThat(kind(new NoSuchFileException("/d/x"))).isEqualTo(Kind.REPLICA);
        assertThat(kind(rocks(Status.Code.Corruption, Status.SubCode.None, "bad block")))
                .isEqualTo(Kind.REPLICA);
        assertThat(kind(rocks(Status.Code.IOError, Status.SubCode.NoSpace, "x")))
                .isEqualTo(Kind.FULL);
        assertThat(kind(rocks(Status.Code.IOError, Status.SubCode.None, "While fsync: Input/output error")))
                .isEqualTo(Kind.DISK);
        assertThat(kind(rocks(Status.Code.IOError, Status.SubCode.None, "While open: Too many open files")))
                .isEqualTo(Kind.PROCESS);
    }

    private static Kind kind(Throwable failure) {
        return StorageErrors.of("testing", failure).kind();
    }

    private static RocksDBException rocks(Status.Code code, Status.SubCode sub, String text) {
        return new RocksDBException(text, new Status(code, sub, text));
    }
}
