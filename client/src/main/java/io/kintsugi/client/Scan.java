package io.kintsugi.client;

import com.google.protobuf.ByteString;
import io.kintsugi.proto.KvOp;
import io.kintsugi.proto.KvRequest;
import io.kintsugi.proto.KvResponse;
import io.kintsugi.proto.PartitionConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Reads a partition's records in the order of their keys (as unsigned bytes), page by page. Each page is what the partition held at one moment
 * between asking and answer; between two pages it may change. Not thread-safe: a page at a time.
 */
public final class Scan {
    private final KintsugiClient client;
    private final String table;
    private final int index;
    private final byte[] prefix;
    private final int limit;
    private byte[] from;
    /** The partition that the first page came from; 0: none came yet. */
    private int partition;

    private boolean done;

    Scan(KintsugiClient client, String table, int index, byte[] from, byte[] prefix, int limit) {
        this.client = client;
        this.table = table;
        this.index = index;
        this.from = from;
        this.prefix = prefix;
        this.limit = limit;
    }

    /** Whether there may be another page. */
    public boolean hasNext() {
        return !done;
    }

    /** Empty when there was nothing more. */
    public List<KeyValue> next() {
        return Table.join(nextAsync());
    }

    /** A page that fails can be asked for again. */
    public CompletableFuture<List<KeyValue>> nextAsync() {
        if (done) {
            return CompletableFuture.completedFuture(List.of());
        }
        KvRequest.Builder request = KvRequest.newBuilder()
                .setOp(KvOp.KV_SCAN)
                .setKey(ByteString.copyFrom(from))
                .setPrefix(ByteString.copyFrom(prefix))
                .setLimit(limit);
        return new Operation(client, table, request, this::target).start().thenApply(this::page);
    }

    private PartitionConfig target(Route route) {
        if (index < 0 || index >= route.partitions().size()) {
            throw new KintsugiException(
                    "NO_SUCH_PARTITION",
                    "table '" + table + "' has no partition " + index + ": it has 0 to "
                            + (route.partitions().size() - 1));
        }
        PartitionConfig config = route.partitions().get(index);
        if (partition != 0 && partition != config.getPartition()) {
            throw new KintsugiException(
                    "TABLE_REPLACED",
                    "table '" + table + "' was dropped and made anew while it was read: begin the scan again");
        }
        partition = config.getPartition();
        return config;
    }

    private List<KeyValue> page(KvResponse response) {
        done = response.getNext().isEmpty();
        from = response.getNext().toByteArray();
        List<KeyValue> page = new ArrayList<>(response.getRecordsCount());
        response.getRecordsList()
                .forEach(r -> page.add(
                        new KeyValue(r.getKey().toByteArray(), r.getValue().toByteArray())));
        return page;
    }
}
