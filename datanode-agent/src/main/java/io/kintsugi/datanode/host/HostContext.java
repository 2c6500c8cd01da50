package io.kintsugi.datanode.host;

import com.codahale.metrics.MetricRegistry;
import io.kintsugi.common.Clock;
import io.kintsugi.common.failpoint.Failpoints;
import io.kintsugi.datanode.replica.ReplicaOptions;
import io.kintsugi.datanode.store.NodeDirectory;
import io.kintsugi.datanode.store.RocksEnvironment;

/** What all disks of a datanode share. */
public record HostContext(
        Clock clock,
        HostSettings settings,
        ReplicaOptions options,
        RocksEnvironment rocks,
        NodeDirectory node,
        String address,
        Failpoints failpoints,
        MetricRegistry metrics) {}
