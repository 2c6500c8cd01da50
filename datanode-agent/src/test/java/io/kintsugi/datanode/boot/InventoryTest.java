package io.kintsugi.datanode.boot;

import static io.kintsugi.datanode.boot.TestNodes.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import io.kintsugi.common.net.GrpcNet;
import io.kintsugi.common.net.HostPort;
import io.kintsugi.datanode.host.DiskHost;
import io.kintsugi.datanode.store.StorageException;
import io.kintsugi.proto.CollectRequest;
import io.kintsugi.proto.DiskHealth;
import io.kintsugi.proto.InventoryPage;
import io.kintsugi.proto.InventoryReplica;
import io.kintsugi.proto.InventoryServiceGrpc;
import io.kintsugi.proto.PartitionConfig;
import io.kintsugi.proto.ReplicaState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a datanode tells masters that have lost their metadata. */
class InventoryTest {
    private static final int P = 7;

    @TempDir
    Path dir;

    private TestNodes nodes;
    private DatanodeServer server;

    @BeforeEach
    void open() throws IOException {
        nodes = new TestNodes(dir);
        server = nodes.start("d1");
    }

    @AfterEach
    void close() throws IOException {
        nodes.close();
    }

    private DiskHost disk() {
        return server.node().disks().get(0);
    }

    private long created(int partition) {
        PartitionConfig config = nodes.master.create(partition, "d1");
        nodes.put(partition, "k", "v");
        return config.getPrimary();
    }

    private List<InventoryPage> collect() {
        ManagedChannel channel =
                GrpcNet.channel(HostPort.parse(server.address())).build();
        try {
            List<InventoryPage> pages = new ArrayList<>();
            InventoryServiceGrpc.newBlockingStub(channel)
                    .collect(CollectRequest.getDefaultInstance())
                    .forEachRemaining(pages::add);
            return pages;
        } finally {
            channel.shutdownNow();
        }
    }

    private static InventoryReplica replica(List<InventoryPage> pages, long id) {
        return pages.stream()
                .flatMap(page -> page.getReplicasList().stream())
                .filter(r -> r.getReplica() == id)
                .findFirst()
                .orElse(InventoryReplica.getDefaultInstance());
    }

    @Test
    void aLostReplicaIsNotWholeAndItsConfigurationIsStillTold() {
        long whole = created(P);
        long lost = created(P + 1);
        long stored = server.node().replica(lost).status().epoch();
        disk().fail(server.node().replica(lost), new StorageException(StorageException.Kind.REPLICA, "by a test"));
        eventually().until(() -> nodes.master.report(lost).getState() == ReplicaState.REPLICA_CORRUPT);

        List<InventoryPage> pages = collect();

        assertThat(replica(pages, whole).getWhole()).isTrue();
        assertThat(replica(pages, lost).getWhole()).isFalse();
        assertThat(replica(pages, lost).getConfiguration().getEpoch())
                .as("otherwise a replica that has missed later epochs passes for the newest")
                .isEqualTo(stored)
                .isPositive();
        assertThat(pages.getLast().getComplete()).isTrue();
    }

    @Test
    void aDiskThatBrokeIsNotUsable() {
        created(P);
        disk().fail(null, new StorageException(StorageException.Kind.DISK, "by a test"));
        int disk = nodes.master.disksOf("d1").get(0);
        eventually().until(() -> nodes.master.disk(disk).getHealth() == DiskHealth.DISK_BROKEN);

        assertThat(collect().get(0).getDisks(0).getUsable()).isFalse();
    }

    @Test
    void ofDefinitionsThatDifferEachIsTold() {
        created(P);
        long newer = created(P + 1);
        nodes.master.change(
                P + 1, c -> c.setTable(c.getTable().toBuilder().setTtlMs(5).build()));
        eventually()
                .until(() -> nodes.master.report(newer).getEpoch()
                        == nodes.master.config(P + 1).getEpoch());

        assertThat(replica(collect(), newer).getConfiguration().getTable().getTtlMs())
                .isEqualTo(5);
    }
}
