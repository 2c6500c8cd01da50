package io.kintsugi.client;

import com.google.protobuf.UnsafeByteOperations;
import io.kintsugi.proto.KvOp;
import io.kintsugi.proto.KvRequest;
import io.kintsugi.proto.KvResponse;
import io.kintsugi.proto.KvStatus;
import io.kintsugi.proto.TableDef;
import java.util.Collection;
import java.util.Map;
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
        return run(KvOp.KV_GET, key, new byte[0])
                .thenApply(response -> response.getStatus() == KvStatus.KV_OK
                        ? Optional.of(response.getValue().toByteArray())
                        : Optional.empty());
    }

    public CompletableFuture<Void> deleteAsync(byte[] key) {
        return run(KvOp.KV_DELETE, key, new byte[0]).thenApply(x -> null);
    }

    /** The values of those keys that are there, in the order of the keys. Each key is read for itself: together they are no snapshot. */
    public Map<byte[], byte[]> multiGet(Collection<byte[]> keys) {
        return join(multiGetAsync(keys));
    }

    /** As {@link #multiGet}. */
    public CompletableFuture<Map<byte[], byte[]>> multiGetAsync(Collection<byte[]> keys) {
        for (byte[] key : keys) {
            KintsugiException bad = refusal(key);
            if (bad != null) {
                return CompletableFuture.failedFuture(bad);
            }
        }
        return new MultiGet(client, name).get(keys);
    }

    /**
     * Reads one partition in the order of its keys.
     *
     * @param partition from 0
     * @param from the first key that is wanted; empty: from the beginning
     * @param prefix with which all keys begin; may be empty
     * @param limit most records a page; 0: as many as the datanode thinks fit
     */
    public Scan scan(int partition, byte[] from, byte[] prefix, int limit) {
        return new Scan(client, name, partition, from, prefix, limit);
    }

    private CompletableFuture<KvResponse> run(KvOp op, byte[] key, byte[] value) {
        KintsugiException bad = refusal(key);
        if (bad != null) {
            return CompletableFuture.failedFuture(bad);
        }
        KvRequest.Builder request = KvRequest.newBuilder()
                .setOp(op)
                .setKey(UnsafeByteOperations.unsafeWrap(key))
                .setValue(UnsafeByteOperations.unsafeWrap(value));
        return new Operation(client, name, request, route -> route.partitionOf(key)).start();
    }

    /** Null: the key is fine. */
    private static KintsugiException refusal(byte[] key) {
        return key.length > 0 && key.length <= MAX_KEY
                ? null
                : new KintsugiException(
                        "BAD_KEY", "the key has " + key.length + " bytes; from 1 to " + MAX_KEY + " are allowed");
    }

    static <T> T join(CompletableFuture<T> future) {
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
