package io.kintsugi.cli.data;

import io.kintsugi.client.ClientOptions;
import io.kintsugi.client.KeyValue;
import io.kintsugi.client.KintsugiClient;
import io.kintsugi.client.KintsugiException;
import io.kintsugi.client.PutIf;
import io.kintsugi.client.Scan;
import io.kintsugi.client.Table;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Predicate;

/** {@link KeyValues} over the client library. */
public final class RemoteKeyValues implements KeyValues {
    private final KintsugiClient client;
    private final ConcurrentHashMap<String, Table> tables = new ConcurrentHashMap<>();

    private RemoteKeyValues(KintsugiClient client) {
        this.client = client;
    }

    /** @param masters gRPC addresses, {@code host:port} */
    public static RemoteKeyValues connect(List<String> masters, long timeoutMillis) {
        return new RemoteKeyValues(KintsugiClient.connect(
                masters, ClientOptions.DEFAULTS.withOperationTimeout(Duration.ofMillis(timeoutMillis))));
    }

    @Override
    public void put(String table, byte[] key, byte[] value) {
        with(table, open -> {
            open.put(key, value);
            return null;
        });
    }

    @Override
    public Optional<byte[]> get(String table, byte[] key) {
        return with(table, open -> open.get(key));
    }

    @Override
    public void delete(String table, byte[] key) {
        with(table, open -> {
            open.delete(key);
            return null;
        });
    }

    /** Writes a record that lives so long; zero: for ever. */
    public void put(String table, byte[] key, byte[] value, Duration ttl) {
        with(table, open -> {
            open.put(key, value, ttl);
            return null;
        });
    }

    /** Writes if the key holds just that; null: nothing. */
    public PutIf putIf(String table, byte[] key, byte[] expected, byte[] value) {
        return with(
                table, open -> expected == null ? open.putIfAbsent(key, value) : open.putIfValue(key, expected, value));
    }

    /** The values of those keys that are there, in the order of the keys. */
    public Map<byte[], byte[]> multiGet(String table, Collection<byte[]> keys) {
        return with(table, open -> open.multiGet(keys));
    }

    /** How many partitions the table has. */
    public int partitions(String table) {
        return with(table, open -> open.definition().getPartitions());
    }

    /**
     * Reads a partition in the order of its keys, until there are no more or the reader has had enough.
     *
     * @param limit most that will be wanted
     */
    public void scan(String table, int partition, byte[] from, byte[] prefix, int limit, Predicate<KeyValue> reader) {
        with(table, open -> {
            Scan scan = open.scan(partition, from, prefix, limit);
            while (scan.hasNext()) {
                for (KeyValue record : scan.next()) {
                    if (!reader.test(record)) {
                        return null;
                    }
                }
            }
            return null;
        });
    }

    @Override
    public void close() {
        client.close();
    }

    private <T> T with(String name, Function<Table, T> action) {
        try {
            return action.apply(tables.computeIfAbsent(name, client::table));
        } catch (KintsugiException e) {
            throw new DataException(name, e.reason(), e.getMessage());
        }
    }
}
