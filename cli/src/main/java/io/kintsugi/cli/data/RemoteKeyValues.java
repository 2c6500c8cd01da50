package io.kintsugi.cli.data;

import io.kintsugi.client.ClientOptions;
import io.kintsugi.client.KintsugiClient;
import io.kintsugi.client.KintsugiException;
import io.kintsugi.client.Table;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

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
