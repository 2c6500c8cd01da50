package io.kintsugi.datanode.store;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A test with a store of one replica, empty at first. */
abstract class WithStore {
    @TempDir
    Path dir;

    RocksEnvironment rocks;
    ReplicaStore store;

    @BeforeEach
    void open() {
        rocks = StoreFixture.rocks();
        store = ReplicaStore.create(rocks, dir.resolve("data"));
    }

    @AfterEach
    void close() {
        store.close();
        rocks.close();
    }

    final void reopen() {
        store.close();
        store = ReplicaStore.open(rocks, dir.resolve("data"));
    }
}
