package io.kintsugi.client;

import io.kintsugi.proto.KvOp;
import io.kintsugi.proto.TableDef;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** One table. Thread-safe. The asynchronous forms complete exceptionally with {@link KintsugiException}, the others throw it. */
public final class Table {
    /** Longest value, bytes. */
    public static final int MAX_VALUE = 1 << 20;

    /** Longest key, bytes. */
    public static final int MAX_KEY = 1 << 10;

    private final String name;
    private final KintsugiClient client;

    Table(String name, KintsugiClient client) {
        this.name = name;
        this.client = client;
    }

    public String name() {
        return name;
    }

    /** The definition as the master last gave it. */
    public TableDef definition() {
        return join(client.routes().get(name)).table();
    }

    public void put(byte[] key, byte[] value) {
        join(putAsync(key, value));
    }

    public Optional<byte[]> get(byte[] key) {
        return join(getAsync(key));
    }

    /** Removing what isn't there is fine. */
    public void delete(byte[] key) {
        join(deleteAsync(key));
    }

    public CompletableFuture<Void> putAsync(byte[] key, byte[] value) {
        if (value.length > MAX_VALUE) {
            return CompletableFuture.failedFuture(new KintsugiException(
                    "TOO_LARGE",
                    "the value has " + value.length + " bytes; at most " + MAX_VALUE + " are taken: cut it up"));
        }
        return run(KvOp.KV_PUT, key, value).thenApply(x -> null);
    }

    public CompletableFuture<Optional<byte[]>> getAsync(byte[] key) {
        return run(KvOp.KV_GET, key, new byte[0]);
    }

    public CompletableFuture<Void> deleteAsync(byte[] key) {
        return run(KvOp.KV_DELETE, key, new byte[0]).thenApply(x -> null);
    }

    private CompletableFuture<Optional<byte[]>> run(KvOp op, byte[] key, byte[] value) {
        if (key.length == 0 || key.length > MAX_KEY) {
            return CompletableFuture.failedFuture(new KintsugiException(
                    "BAD_KEY", "the key has " + key.length + " bytes; from 1 to " + MAX_KEY + " are allowed"));
        }
        return new Operation(client, name, op, key, value).start();
    }

    private static <T> T join(CompletableFuture<T> future) {
        try {
            return future.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof KintsugiException k) {
                throw k;
            }
            throw e;
        }
    }
}
