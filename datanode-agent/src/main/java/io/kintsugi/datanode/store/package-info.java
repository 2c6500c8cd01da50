/** What a datanode keeps on its disks: logs, replicas' data, manifests, and what a failed read or write means. The only user of RocksDB. */
package io.kintsugi.datanode.store;
