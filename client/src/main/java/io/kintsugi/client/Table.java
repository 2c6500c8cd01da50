package io.kintsugi.client;

import com.google.protobuf.UnsafeByteOperations;
import io.kintsugi.proto.KvCondition;
import io.kintsugi.proto.KvCurrent;
import io.kintsugi.proto.KvOp;
import io.kintsugi.proto.KvRequest;
import io.kintsugi.proto.KvResponse;
import io.kintsugi.proto.KvStatus;
import io.kintsugi.proto.TableDef;
import java.time.Duration;
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

    /** As {@link #putAsync(byte[], byte[], Duration)}. */
    public void put(byte[] key, byte[] value, Duration ttl) {
        join(putAsync(key, value, ttl));
    }

    /** As {@link #putIfAbsentAsync}. */
    public PutIf putIfAbsent(byte[] key, byte[] value) {
        return join(putIfAbsentAsync(key, value));
    }

    /** As {@link #putIfValueAsync}. */
    public PutIf putIfValue(byte[] key, byte[] expected, byte[] value) {
        return join(putIfValueAsync(key, expected, value));
    }

    public Optional<byte[]> get(byte[] key) {
        return join(getAsync(key));
    }

    /** Removing what isn't there is fine. */
    public void delete(byte[] key) {
        join(deleteAsync(key));
    }

    /** The record lives as long as the table says; what an earlier put said of that is over. */
    public CompletableFuture<Void> putAsync(byte[] key, byte[] value) {
        return write(request(KvOp.KV_PUT, key, value)).thenApply(x -> null);
    }

    /**
     * Writes a record that goes by itself.
     *
     * @param ttl how long it lives, counted by the primary from when it takes the write, within the difference of the datanodes' clocks;
     *     at least a millisecond, or zero: for ever, whatever the table says
     */
    public CompletableFuture<Void> putAsync(byte[] key, byte[] value, Duration ttl) {
        if (ttl.isNegative() || !ttl.isZero() && ttl.compareTo(Duration.ofMillis(1)) < 0) {
            return CompletableFuture.failedFuture(
                    new KintsugiException("BAD_TTL", "the time to live " + ttl + " is neither zero nor at least 1 ms"));
        }
        return write(request(KvOp.KV_PUT, key, value).setTtlMs(ttl.isZero() ? -1 : millis(ttl)))
                .thenApply(x -> null);
    }

    /** Writes if there is no such record. */
    public CompletableFuture<PutIf> putIfAbsentAsync(byte[] key, byte[] value) {
        return putIf(key, value, KvCondition.newBuilder().setAbsent(true));
    }

    /** Writes if the record is there and has just this value. */
    public CompletableFuture<PutIf> putIfValueAsync(byte[] key, byte[] expected, byte[] value) {
        return putIf(key, value, KvCondition.newBuilder().setValue(UnsafeByteOperations.unsafeWrap(expected)));
    }

    private CompletableFuture<PutIf> putIf(byte[] key, byte[] value, KvCondition.Builder condition) {
        return write(request(KvOp.KV_PUT_IF, key, value).setCondition(condition))
                .thenApply(response -> {
                    if (response.getStatus() != KvStatus.KV_CONDITION_FAILED) {
                        return PutIf.DONE;
                    }
                    boolean known = response.getCurrent() != KvCurrent.KV_CURRENT_UNKNOWN;
                    boolean found = response.getCurrent() == KvCurrent.KV_CURRENT_VALUE;
                    return new PutIf(
                            false,
                            known,
                            found ? Optional.of(response.getValue().toByteArray()) : Optional.empty());
                });
    }

    private CompletableFuture<KvResponse> write(KvRequest.Builder request) {
        if (request.getValue().size() > MAX_VALUE) {
            return CompletableFuture.failedFuture(new KintsugiException(
                    "TOO_LARGE",
                    "the value has " + request.getValue().size() + " bytes; at most " + MAX_VALUE
                            + " are taken: cut it up"));
        }
        return run(request);
    }

    private static long millis(Duration ttl) {
        return ttl.compareTo(Duration.ofMillis(Long.MAX_VALUE)) > 0 ? Long.MAX_VALUE : ttl.toMillis();
    }

    public CompletableFuture<Optional<byte[]>> getAsync(byte[] key) {
        return run(request(KvOp.KV_GET, key, new byte[0]))
                .thenApply(response -> response.getStatus() == KvStatus.KV_OK
                        ? Optional.of(response.getValue().toByteArray())
                        : Optional.empty());
    }

    public CompletableFuture<Void> deleteAsync(byte[] key) {
        return run(request(KvOp.KV_DELETE, key, new byte[0])).thenApply(x -> null);
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

    private static KvRequest.Builder request(KvOp op, byte[] key, byte[] value) {
        return KvRequest.newBuilder()
                .setOp(op)
                .setKey(UnsafeByteOperations.unsafeWrap(key))
                .setValue(UnsafeByteOperations.unsafeWrap(value));
    }

    private CompletableFuture<KvResponse> run(KvRequest.Builder request) {
        byte[] key = request.getKey().toByteArray();
        KintsugiException bad = refusal(key);
        if (bad != null) {
            return CompletableFuture.failedFuture(bad);
        }
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
