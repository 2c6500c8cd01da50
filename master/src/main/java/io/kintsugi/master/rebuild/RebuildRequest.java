package io.kintsugi.master.rebuild;

import io.kintsugi.master.plan.rebuild.Options;
import java.util.List;

/**
 * What an operator wants.
 *
 * @param nodes {@code host:port} of the datanodes' gRPC listeners
 * @param dryRun only collect, and say what would be done
 */
public record RebuildRequest(List<String> nodes, Options options, boolean dryRun) {
    public RebuildRequest {
        nodes = List.copyOf(nodes);
    }
}
