package io.kintsugi.bench.cluster;

import io.grpc.Server;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.kintsugi.common.net.GrpcNet;
import io.kintsugi.common.net.HostPort;
import io.kintsugi.proto.ClusterNote;
import io.kintsugi.proto.CollectRequest;
import io.kintsugi.proto.DiskNote;
import io.kintsugi.proto.GivenIds;
import io.kintsugi.proto.InventoryDisk;
import io.kintsugi.proto.InventoryPage;
import io.kintsugi.proto.InventoryReplica;
import io.kintsugi.proto.InventoryServiceGrpc;
import io.kintsugi.proto.Member;
import io.kintsugi.proto.NodeNote;
import io.kintsugi.proto.NodesetNote;
import io.kintsugi.proto.PartitionConfig;
import io.kintsugi.proto.TableDef;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Datanodes that only say what they have, each at an address of its own, and make it up as they are asked: copy c of partition p is on datanode
 * (p + 37 c) mod n.
 */
public final class PaperInventories implements AutoCloseable {
    private static final int DISKS = 10; // of a datanode
    private static final int SLOTS = 1_000; // of a table
    private static final int COPIES = 3;
    private static final int PAGE = 500; // as a datanode has it
    private static final long EPOCH = 5;

    private final int nodes;
    private final int partitions;
    private final List<Server> servers = new ArrayList<>();

    public PaperInventories(int nodes, int partitions) {
        this.nodes = nodes;
        this.partitions = partitions;
        for (int node = 0; node < nodes; node++) {
            servers.add(started(node));
        }
    }

    private Server started(int node) {
        try {
            return GrpcNet.server(new HostPort("127.0.0.1", 0))
                    .directExecutor()
                    .addService(new Datanode(node))
                    .build()
                    .start();
        } catch (IOException e) {
            close();
            throw new UncheckedIOException("starting simulated datanode " + node, e);
        }
    }

    /** host:port of each. */
    public List<String> addresses() {
        return servers.stream().map(s -> "127.0.0.1:" + s.getPort()).toList();
    }

    public long replicas() {
        return (long) partitions * COPIES;
    }

    @Override
    public void close() {
        servers.forEach(Server::shutdownNow);
    }

    private final class Datanode extends InventoryServiceGrpc.InventoryServiceImplBase {
        private final int node;

        Datanode(int node) {
            this.node = node;
        }

        @Override
        public void collect(CollectRequest request, StreamObserver<InventoryPage> answer) {
            ServerCallStreamObserver<InventoryPage> out = (ServerCallStreamObserver<InventoryPage>) answer;
            int[] next = {0};
            out.setOnReadyHandler(() -> {
                while (out.isReady() && next[0] < partitions) {
                    InventoryPage.Builder page = head();
                    next[0] = fill(page, next[0]);
                    out.onNext(page.setComplete(next[0] == partitions).build());
                    if (next[0] == partitions) {
                        out.onCompleted();
                    }
                }
            });
        }

        private InventoryPage.Builder head() {
            ClusterNote.Builder note = ClusterNote.newBuilder()
                    .setNode(NodeNote.newBuilder().setId(node + 1).setName("d" + node))
                    .setNodeset(NodesetNote.newBuilder().setId(1).setName("all").setCapacity(nodes))
                    .setSettingsRevision(1)
                    .setGiven(GivenIds.newBuilder()
                            .setNode(nodes)
                            .setDisk(nodes * DISKS)
                            .setTable(partitions / SLOTS + 1)
                            .setPartition(partitions)
                            .setReplica(replicas())
                            .setNodeset(1));
            InventoryPage.Builder page = InventoryPage.newBuilder()
                    .setClusterId("paper")
                    .setGeneration(1)
                    .setNodeUuid("node-" + node)
                    .setName("d" + node)
                    .setAddress(address(node))
                    .setHttpAddress(address(node));
            for (int d = 0; d < DISKS; d++) {
                int id = disk(node, d);
                note.addDisks(
                        DiskNote.newBuilder().setId(id).setUuid("disk-" + id).setPath("/data/" + d));
                page.addDisks(InventoryDisk.newBuilder()
                        .setId(id)
                        .setUuid("disk-" + id)
                        .setPath("/data/" + d)
                        .setUsable(true));
            }
            return page.setNote(note);
        }

        /** @return the first partition of the page after it */
        private int fill(InventoryPage.Builder page, int from) {
            int told = -1;
            int p = from;
            for (; p < partitions && page.getReplicasCount() < PAGE; p++) {
                for (int copy = 0; copy < COPIES; copy++) {
                    if (nodeOf(p, copy) == node) {
                        PartitionConfig.Builder config = config(p);
                        if (told == p / SLOTS) {
                            config.clearTable();
                        }
                        told = p / SLOTS;
                        page.addReplicas(InventoryReplica.newBuilder()
                                .setReplica(replica(p, copy))
                                .setDisk(disk(node, p))
                                .setWhole(true)
                                .setLastEpoch(EPOCH)
                                .setLastIndex(1_000 + copy)
                                .setConfiguration(config));
                    }
                }
            }
            return p;
        }
    }

    private PartitionConfig.Builder config(int p) {
        int table = p / SLOTS;
        PartitionConfig.Builder config = PartitionConfig.newBuilder()
                .setPartition(p + 1)
                .setIndex(p % SLOTS)
                .setTable(TableDef.newBuilder()
                        .setId(table + 1)
                        .setName("t" + table)
                        .setPartitions(Math.min(SLOTS, partitions - table * SLOTS))
                        .setReplicas(COPIES)
                        .setMinInSync(1)
                        .setHash("crc32c")
                        .setCreatedAtMs(1)
                        .setGeneration(1)
                        .setVersion(1))
                .setEpoch(EPOCH)
                .setPrimary(replica(p, 0))
                .setGeneration(1);
        for (int copy = 0; copy < COPIES; copy++) {
            int on = nodeOf(p, copy);
            config.addMembers(Member.newBuilder()
                    .setReplica(replica(p, copy))
                    .setNode(on + 1)
                    .setDisk(disk(on, p))
                    .setAddress(address(on))
                    .setHttpAddress(address(on)));
            config.addInSync(replica(p, copy));
        }
        return config;
    }

    private int nodeOf(int partition, int copy) {
        return (partition + 37 * copy) % nodes;
    }

    private static long replica(int partition, int copy) {
        return (long) COPIES * partition + copy + 1;
    }

    private static int disk(int node, int partition) {
        return node * DISKS + partition % DISKS + 1;
    }

    private static String address(int node) {
        return "10.0.0." + node + ":17310";
    }
}
