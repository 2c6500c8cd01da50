package io.kintsugi.client;

import com.google.protobuf.ByteString;
import io.kintsugi.proto.KvOp;
import io.kintsugi.proto.KvRecord;
import io.kintsugi.proto.KvRequest;
import io.kintsugi.proto.PartitionConfig;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/** Reads many keys with one request a partition, or as many as their values take. */
final class MultiGet {
    private final KintsugiClient client;
    private final String table;

    MultiGet(KintsugiClient client, String table) {
        this.client = client;
        this.table = table;
    }

    /** In the order of the keys; without those that aren't there. */
    CompletableFuture<Map<byte[], byte[]>> get(Collection<byte[]> keys) {
        return client.routes().get(table).thenCompose(route -> {
            Map<Integer, List<ByteString>> byPartition = new TreeMap<>();
            keys.forEach(key -> byPartition
                    .computeIfAbsent(route.partitionOf(key).getPartition(), p -> new ArrayList<>())
                    .add(ByteString.copyFrom(key)));
            List<CompletableFuture<List<KvRecord>>> parts = new ArrayList<>();
            byPartition.forEach((partition, own) -> parts.add(part(partition, own)));
            return CompletableFuture.allOf(parts.toArray(CompletableFuture[]::new))
                    .thenApply(all -> {
                        Map<byte[], byte[]> found = new TreeMap<>(Arrays::compareUnsigned);
                        parts.forEach(part -> part.join()
                                .forEach(r -> found.put(
                                        r.getKey().toByteArray(), r.getValue().toByteArray())));
                        return found;
                    });
        });
    }

    private CompletableFuture<List<KvRecord>> part(int partition, List<ByteString> keys) {
        KvRequest.Builder request =
                KvRequest.newBuilder().setOp(KvOp.KV_MULTI_GET).addAllKeys(keys);
        return new Operation(client, table, request, route -> same(partition, route))
                .start()
                .thenCompose(response -> {
                    List<KvRecord> found = response.getRecordsList();
                    int answered = response.getAnswered();
                    if (answered >= keys.size()) {
                        return CompletableFuture.completedFuture(found);
                    }
                    return part(partition, keys.subList(answered, keys.size())).thenApply(rest -> {
                        List<KvRecord> all = new ArrayList<>(found);
                        all.addAll(rest);
                        return all;
                    });
                });
    }

    /** The partition as it is now. */
    private PartitionConfig same(int partition, Route route) {
        return route.partitions().stream()
                .filter(p -> p.getPartition() == partition)
                .findFirst()
                .orElseThrow(() -> new KintsugiException(
                        "TABLE_REPLACED",
                        "table '" + table + "' was dropped and made anew while it was read: ask again"));
    }
}
