package io.kintsugi.datanode.host;

import com.codahale.metrics.MetricRegistry;
import io.kintsugi.common.Clock;
import io.kintsugi.datanode.replica.ReplicaOptions;
import io.kintsugi.datanode.store.DiskFiles;
import io.kintsugi.datanode.store.NodeDirectory;
import io.kintsugi.datanode.store.Stores;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What all disks of a datanode share.
 *
 * @param address of its gRPC listener, known once that listens
 * @param failpoint told one of {@link FailpointNames} whenever work comes by it
 */
public record HostContext(
        Clock clock,
        HostRuntime runtime,
        HostSettings settings,
        ReplicaOptions options,
        Stores stores,
        DiskFiles files,
        NodeDirectory node,
        Supplier<String> address,
        Consumer<String> failpoint,
        MetricRegistry metrics) {}
