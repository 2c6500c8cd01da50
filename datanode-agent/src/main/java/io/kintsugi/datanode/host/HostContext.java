package io.kintsugi.datanode.host;

import com.codahale.metrics.MetricRegistry;
import io.kintsugi.common.Clock;
import io.kintsugi.common.failpoint.Failpoints;
import io.kintsugi.datanode.replica.ReplicaOptions;
import io.kintsugi.datanode.store.NodeDirectory;
import io.kintsugi.datanode.store.RocksEnvironment;
import java.util.function.Supplier;

/** What all disks of a datanode share. @param address of its gRPC listener, known once that listens */
public record HostContext(
        Clock clock,
        HostSettings settings,
        ReplicaOptions options,
        RocksEnvironment rocks,
        NodeDirectory node,
        Supplier<String> address,
        Failpoints failpoints,
        MetricRegistry metrics) {}
