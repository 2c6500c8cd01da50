package io.kintsugi.datanode.store;

import io.kintsugi.datanode.replica.Config;
import io.kintsugi.datanode.replica.Entry;
import io.kintsugi.datanode.replica.Member;
import io.kintsugi.datanode.replica.TableDefinition;
import java.nio.charset.StandardCharsets;
import java.util.List;

final class StoreFixture {
    private StoreFixture() {}

    static RocksEnvironment rocks() {
        RocksEnvironment.loadLibrary(java.nio.file.Path.of(System.getProperty("java.io.tmpdir")));
        return new RocksEnvironment(8 << 20, 8 << 20);
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static Entry put(long epoch, long index, String key, String value, long client, long sequence, long timeMs) {
        return new Entry(epoch, index, Entry.Op.PUT, bytes(key), bytes(value), client, sequence, timeMs);
    }

    static Entry put(long epoch, long index, String key, String value) {
        return put(epoch, index, key, value, 7, index, 1_000);
    }

    static Config config(long epoch) {
        TableDefinition table = new TableDefinition(3, "temp", 8, 3, 1, "crc32c", false, 17);
        Member one = new Member(11, 1, 1, "127.0.0.1:1", "127.0.0.1:2");
        Member two = new Member(12, 2, 2, "127.0.0.2:1", "127.0.0.2:2");
        return new Config(5, 4, table, epoch, List.of(one), two, 11, List.of(11L), 11, 1);
    }
}
