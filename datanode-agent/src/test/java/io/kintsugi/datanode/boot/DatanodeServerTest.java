package io.kintsugi.datanode.boot;

import static io.kintsugi.datanode.boot.TestNodes.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.kintsugi.common.failpoint.Failpoints;
import io.kintsugi.datanode.store.DurableFiles;
import io.kintsugi.proto.DiskHealth;
import io.kintsugi.proto.KvCondition;
import io.kintsugi.proto.KvCurrent;
import io.kintsugi.proto.KvOp;
import io.kintsugi.proto.KvRequest;
import io.kintsugi.proto.KvResponse;
import io.kintsugi.proto.KvStatus;
import io.kintsugi.proto.Member;
import io.kintsugi.proto.PartitionConfig;
import io.kintsugi.proto.ReplicaState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Datanodes as processes are: real stores, gRPC and HTTP on loopback, and a master that only hands out configurations. */
class DatanodeServerTest {
    private static final int P = 7;

    @TempDir
    Path dir;

    private TestNodes nodes;

    @BeforeEach
    void open() throws IOException {
        nodes = new TestNodes(dir);
    }

    @AfterEach
    void close() throws IOException {
        nodes.close();
    }

    @Test
    void clientsWriteReadAndDeleteAndRetriesAreNotDoneAgain() throws IOException {
        startThree();
        PartitionConfig config = nodes.master.create(P, "d1", "d2", "d3");
        KvRequest first = nodes.write(P, "a", new byte[] {1}).build();
        nodes.untilOk(first);
        nodes.put(P, "a", "two");
        nodes.untilOk(first);
        assertThat(nodes.get(P, "a")).isEqualTo("two");

        nodes.untilOk(nodes.write(P, "a", new byte[0]).setOp(KvOp.KV_DELETE).build());
        assertThat(nodes.get(P, "a")).isNull();

        String primary = config.getMembers(0).getAddress();
        assertThat(nodes.ask(
                                primary,
                                nodes.write(P, "big", new byte[(1 << 20) + 1]).build())
                        .getStatus())
                .isEqualTo(KvStatus.KV_TOO_LARGE);
        assertThat(nodes.ask(
                                config.getMembers(1).getAddress(),
                                nodes.write(P, "b", new byte[1]).build())
                        .getStatus())
                .isEqualTo(KvStatus.KV_NOT_PRIMARY);
        nodes.untilOk(nodes.write(P, "largest", new byte[1 << 20]).build());
        assertThat(nodes.get(P, "largest")).hasSize(1 << 20);
    }

    @Test
    void aRefusedPutIsRefusedAgainByTheNextPrimaryAndWhatIsOverIsntThere() throws IOException {
        startThree();
        PartitionConfig config = nodes.master.create(P, "d1", "d2", "d3");
        nodes.untilOk(nodes.write(P, "gone", new byte[] {1}).setTtlMs(1).build());
        nodes.untilOk(
                nodes.write(P, "stays", new byte[] {'x'}).setTtlMs(3_600_000).build());
        nodes.put(P, "a", "one");
        KvRequest wanted = nodes.write(P, "a", new byte[] {'2'})
                .setOp(KvOp.KV_PUT_IF)
                .setCondition(KvCondition.newBuilder().setValue(ByteString.copyFromUtf8("other")))
                .build();
        KvResponse refused = refused(config, 0, wanted);
        // an answer that was lost on a slow machine is asked for again, and that one doesn't know any more
        assertThat(refused.getValue().toStringUtf8())
                .isEqualTo(refused.getCurrent() == KvCurrent.KV_CURRENT_VALUE ? "one" : "");
        nodes.put(P, "a", "other");

        nodes.master.change(P, c -> c.setPrimary(config.getInSync(1)));

        assertThat(nodes.get(P, "a")).isEqualTo("other");
        assertThat(refused(config, 1, wanted).getCurrent()).isEqualTo(KvCurrent.KV_CURRENT_UNKNOWN);
        assertThat(nodes.get(P, "a")).isEqualTo("other");
        assertThat(nodes.get(P, "stays")).isEqualTo("x");
        eventually().untilAsserted(() -> assertThat(nodes.get(P, "gone")).isNull());
    }

    private KvResponse refused(PartitionConfig config, int member, KvRequest request) {
        AtomicReference<KvResponse> last = new AtomicReference<>();
        eventually().untilAsserted(() -> {
            last.set(nodes.ask(config.getMembers(member).getAddress(), request));
            assertThat(last.get().getStatus()).isEqualTo(KvStatus.KV_CONDITION_FAILED);
        });
        return last.get();
    }

    @Test
    void anotherPrimaryGoesOnWithEverything() throws IOException {
        startThree();
        PartitionConfig config = nodes.master.create(P, "d1", "d2", "d3");
        nodes.put(P, "a", "one");

        nodes.master.change(P, c -> c.setPrimary(config.getInSync(1)));

        assertThat(nodes.get(P, "a")).isEqualTo("one");
        nodes.put(P, "a", "two");
        KvRequest stale = KvRequest.newBuilder()
                .setPartition(P)
                .setKey(ByteString.copyFromUtf8("a"))
                .setAllowStale(true)
                .build();
        eventually()
                .untilAsserted(() -> assertThat(nodes.ask(config.getMembers(0).getAddress(), stale)
                                .getValue()
                                .toStringUtf8())
                        .isEqualTo("two"));
    }

    @Test
    void aMemberThatWasAwayIsTakenOutAndComesBackByLog() throws IOException {
        startThree();
        PartitionConfig config = nodes.master.create(P, "d1", "d2", "d3");
        nodes.put(P, "a", "one");

        nodes.kill("d3");
        nodes.put(P, "a", "two");
        assertThat(nodes.master.config(P).getInSyncList()).containsExactly(config.getInSync(0), config.getInSync(1));

        nodes.start("d3");
        eventually().until(() -> nodes.master.config(P).getInSyncCount() == 3);
        nodes.master.change(P, c -> c.setPrimary(config.getInSync(2)));
        assertThat(nodes.get(P, "a")).isEqualTo("two");
    }

    @Test
    void everythingAcknowledgedIsThereAfterAllWereKilled() throws IOException {
        startThree();
        nodes.master.create(P, "d1", "d2", "d3");
        for (int i = 0; i < 50; i++) {
            nodes.put(P, "k" + i, "v" + i);
        }
        for (String name : new String[] {"d1", "d2", "d3"}) {
            nodes.kill(name);
        }
        startThree();

        for (int i = 0; i < 50; i++) {
            assertThat(nodes.get(P, "k" + i)).isEqualTo("v" + i);
        }
    }

    @Test
    void aLearnerIsSeededTakesOverAndTheSourceIsDeleted() throws IOException {
        startThree();
        Member source = nodes.master.create(P, "d1").getMembers(0);
        String value = "x".repeat(64 << 10);
        for (int i = 0; i < 60; i++) {
            nodes.put(P, "k" + i, i + value);
        }

        Member joining = nodes.master.join(P, "d2");
        eventually().until(() -> nodes.master.config(P).getInSyncList().contains(joining.getReplica()));
        assertThat(nodes.failpoints.list().get("datanode.seed.start").hits()).isPositive();
        nodes.put(P, "k0", "after");
        nodes.master.change(P, c -> c.clearMembers()
                .addMembers(joining)
                .clearJoining()
                .clearInSync()
                .addInSync(joining.getReplica())
                .setPrimary(joining.getReplica()));
        nodes.master.delete(source, P);

        assertThat(nodes.get(P, "k0")).isEqualTo("after");
        assertThat(nodes.get(P, "k59")).isEqualTo(59 + value);
        eventually().until(() -> nodes.master.wasRemoved(source.getReplica()));
        assertThat(nodes.disk("d1").resolve("replicas/" + P + "-" + source.getReplica()))
                .doesNotExist();

        nodes.kill("d2");
        nodes.start("d2");
        assertThat(nodes.get(P, "k59")).isEqualTo(59 + value);
        nodes.master.sendCreate(source, P);
        eventually().until(() -> nodes.master.report(source.getReplica()).getState() == ReplicaState.REPLICA_LOST);
    }

    @Test
    void anInstallCutShortByAKillIsFinishedAtTheNextStart() throws Exception {
        startThree();
        nodes.master.create(P, "d1");
        String value = "x".repeat(64 << 10);
        for (int i = 0; i < 60; i++) {
            nodes.put(P, "k" + i, i + value);
        }
        nodes.failpoints.set("datanode.seed.after-install", Failpoints.Action.PAUSE);
        Member joining = nodes.master.join(P, "d2");
        eventually()
                .until(() -> nodes.failpoints
                                .list()
                                .get("datanode.seed.after-install")
                                .paused()
                        == 1);

        nodes.kill("d2");
        nodes.failpoints.set("datanode.seed.after-install", Failpoints.Action.OFF);
        nodes.start("d2");

        eventually().until(() -> nodes.master.config(P).getInSyncList().contains(joining.getReplica()));
        nodes.master.change(P, c -> c.setPrimary(joining.getReplica()));
        assertThat(nodes.get(P, "k59")).isEqualTo(59 + value);
    }

    @Test
    void aWipedDiskIsANewOneAndAReplicaWithoutFilesIsLost() throws IOException {
        startThree();
        PartitionConfig first = nodes.master.create(P, "d1", "d2");
        PartitionConfig second = nodes.master.create(P + 1, "d1", "d3");
        nodes.put(P, "a", "one");
        nodes.put(P + 1, "a", "one");
        int oldDisk = nodes.master.disksOf("d2").get(0);

        nodes.stop("d2");
        nodes.stop("d3");
        DurableFiles.deleteTree(nodes.disk("d2"));
        long lost = second.getInSync(1);
        DurableFiles.deleteTree(nodes.disk("d3").resolve("replicas/" + (P + 1) + "-" + lost));
        nodes.start("d2");
        nodes.start("d3");

        assertThat(nodes.master.disksOf("d2")).doesNotContain(oldDisk);
        eventually().until(() -> nodes.master.report(lost).getState() == ReplicaState.REPLICA_LOST);
        assertThat(nodes.master.report(lost).getDetail()).contains("REPLICA_FILES_GONE");
        assertThat(nodes.master.uuids().stream().distinct()).hasSize(4);
        // reads go on under the lost replica's lease at first; then they need it, and it is taken out
        eventually()
                .until(() -> nodes.get(P, "a").equals("one")
                        && nodes.master.config(P).getInSyncList().equals(List.of(first.getInSync(0))));
    }

    @Test
    void aDiskThatIsWipedWhileInUseIsGivenUp() throws IOException {
        startThree();
        PartitionConfig config = nodes.master.create(P, "d1", "d2");
        nodes.put(P, "a", "one");
        Files.delete(nodes.disk("d2").resolve("disk"));

        eventually()
                .until(() ->
                        nodes.master.disk(nodes.master.disksOf("d2").get(0)).getHealth() == DiskHealth.DISK_BROKEN);
        eventually().until(() -> nodes.master.report(config.getInSync(1)).getState() == ReplicaState.REPLICA_LOST);
        nodes.put(P, "a", "two");
        assertThat(nodes.get(P, "a")).isEqualTo("two");
    }

    @Test
    void theLeaderIsFoundByItsHintAndADeposedOneIsNotHeeded() throws IOException {
        try (FakeMaster follower = new FakeMaster()) {
            follower.redirectTo(nodes.master.address());
            nodes.master.setTerm(5);
            DatanodeServer server = nodes.start("d1", follower.address());
            nodes.master.create(P, "d1");
            nodes.put(P, "a", "one");

            nodes.master.setTerm(4);
            nodes.master.change(P, c -> c);
            eventually().until(() -> !nodes.master.attends("d1"));
            assertThat(server.node().reports()).extracting(r -> r.getEpoch()).containsExactly(1L);
        }
    }

    private void startThree() throws IOException {
        nodes.start("d1");
        nodes.start("d2");
        nodes.start("d3");
    }
}
