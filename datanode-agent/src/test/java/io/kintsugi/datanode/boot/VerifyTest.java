package io.kintsugi.datanode.boot;

import static io.kintsugi.datanode.boot.TestNodes.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.kintsugi.datanode.store.DiskLayout;
import io.kintsugi.datanode.store.KeyValues;
import io.kintsugi.datanode.store.RocksEnvironment;
import io.kintsugi.proto.Digest;
import io.kintsugi.proto.Member;
import io.kintsugi.proto.PartitionConfig;
import io.kintsugi.proto.ReplicaState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What replicas on real stores say that they hold, at the same entry of their log. */
class VerifyTest {
    private static final int P = 7;
    private static final int RECORDS = 30;
    private static final int WRITERS = 4;

    @TempDir
    Path dir;

    private TestNodes nodes;

    @BeforeEach
    void open() throws IOException {
        nodes = new TestNodes(dir);
        for (String name : List.of("d1", "d2", "d3")) {
            nodes.start(name);
        }
    }

    @AfterEach
    void close() throws IOException {
        nodes.close();
    }

    private PartitionConfig filled() {
        PartitionConfig config = nodes.master.create(P, "d1", "d2", "d3");
        for (int i = 0; i < RECORDS; i++) {
            nodes.put(P, "k" + i, "v" + i);
        }
        return config;
    }

    private List<Digest> digests(PartitionConfig config, long request) {
        List<Digest> digests = new ArrayList<>();
        nodes.master.verify(P, request);
        for (Member member : config.getMembersList()) {
            eventually().until(() -> nodes.master.digest(member.getReplica()).getRequest() == request);
            digests.add(nodes.master.digest(member.getReplica()));
        }
        return digests;
    }

    @Test
    void allReplicasSayTheSameAtTheSameEntryAndANewStreamHearsItAgain() throws IOException {
        PartitionConfig config = filled();

        List<Digest> digests = digests(config, 1);

        assertThat(digests).hasSize(3).containsOnly(digests.get(0));
        assertThat(digests.get(0).getRecords()).isEqualTo(RECORDS);
        assertThat(digests.get(0).getIndex()).isEqualTo(RECORDS + 1);
        assertThat(digests.get(0).getTakenMs()).isPositive();
        config.getMembersList()
                .forEach(m -> assertThat(nodes.master.report(m.getReplica()).getRecords())
                        .isEqualTo(RECORDS));
        nodes.put(P, "another", "x");
        assertThat(digests(config, 2).get(2).getRecords()).isEqualTo(RECORDS + 1);
    }

    @Test
    void marksAmongTheWritesOfManyAreTheSameEntryEverywhere() throws Exception {
        PartitionConfig config = filled();
        AtomicBoolean over = new AtomicBoolean();
        AtomicLong written = new AtomicLong();
        ExecutorService writers = Executors.newFixedThreadPool(WRITERS);
        try {
            List<Future<?>> all = new ArrayList<>();
            for (int w = 0; w < WRITERS; w++) {
                int writer = w;
                all.add(writers.submit(() -> {
                    for (long i = 1; !over.get(); i++) {
                        nodes.untilOk(nodes.write(P, "w" + writer + "-" + i % 50, new byte[] {(byte) i})
                                .setClient(1_000 + writer)
                                .setSequence(i)
                                .build());
                        written.incrementAndGet();
                    }
                }));
            }
            for (int request = 1; request <= 5; request++) {
                long before = written.get();
                eventually().until(() -> written.get() > before + WRITERS);
                List<Digest> digests = digests(config, request);
                assertThat(digests).hasSize(3).containsOnly(digests.get(0));
                assertThat(digests.get(0).getIndex()).isGreaterThan(before);
            }
            over.set(true);
            for (Future<?> writer : all) {
                writer.get(1, TimeUnit.MINUTES);
            }
        } finally {
            over.set(true);
            writers.shutdown();
        }
    }

    @Test
    void aValueThatRottedUnderAGoodChecksumIsFoundAndItsReplicaSetAside() throws IOException {
        PartitionConfig config = filled();
        Member third = config.getMembers(2);
        nodes.stop("d3");
        try (RocksEnvironment rocks = new RocksEnvironment(8 << 20, 8 << 20);
                KeyValues data = rocks.openData(new DiskLayout(nodes.disk("d3")).data(P, third.getReplica()));
                KeyValues.Batch batch = data.batch()) {
            batch.put("dk3".getBytes(StandardCharsets.UTF_8), "v4".getBytes(StandardCharsets.UTF_8));
            data.write(batch);
            data.flush();
        }
        nodes.start("d3");
        eventually().until(() -> nodes.master.config(P).getInSyncCount() == 3);

        List<Digest> digests = digests(config, 1);

        assertThat(digests.get(1)).isEqualTo(digests.get(0));
        Digest odd = digests.get(2);
        assertThat(odd.getIndex()).isEqualTo(digests.get(0).getIndex());
        assertThat(odd.getRecords()).isEqualTo(RECORDS);
        assertThat(odd.getRangesList()).isNotEqualTo(digests.get(0).getRangesList());

        nodes.master.setAside(third, odd.getIndex() - 1);
        nodes.put(P, "still", "there");
        assertThat(nodes.master.report(third.getReplica()).getState())
                .as("what is said of another mark isn't said of this one")
                .isEqualTo(ReplicaState.REPLICA_OK);
        nodes.master.setAside(third, odd.getIndex());
        eventually().untilAsserted(() -> assertThat(
                        nodes.master.report(third.getReplica()).getState())
                .isEqualTo(ReplicaState.REPLICA_CORRUPT));
        assertThat(nodes.master.report(third.getReplica()).getDetail()).contains("REPLICAS_DIFFER");
    }

    @Test
    void aPrimaryIsNeverSetAside() {
        PartitionConfig config = filled();
        long index = digests(config, 1).get(0).getIndex();
        nodes.master.setAside(config.getMembers(0), index);
        nodes.put(P, "still", "there");
        assertThat(nodes.get(P, "still")).isEqualTo("there");
    }
}
