package io.kintsugi.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kintsugi.proto.KvOp;
import io.kintsugi.proto.KvRequest;
import io.kintsugi.proto.KvStatus;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class KintsugiClientTest {
    private static final byte[] KEY = "key".getBytes(StandardCharsets.UTF_8);
    private static final byte[] VALUE = {1};

    private FakeCluster cluster;
    private KintsugiClient client;
    private Table table;

    @BeforeEach
    void start() throws Exception {
        cluster = new FakeCluster();
        client = KintsugiClient.connect(cluster.masters());
        table = client.table("t");
    }

    @AfterEach
    void stop() {
        client.close();
        cluster.close();
    }

    @Test
    void followsTheHintToTheLeader() {
        table.put(KEY, VALUE);
        assertThat(cluster.asked).containsExactly("follower", "leader");
    }

    @Test
    void aRetryCarriesTheSameSessionAndSequence() {
        cluster.answer(KvStatus.KV_UNKNOWN, KvStatus.UNRECOGNIZED, KvStatus.KV_NOT_PRIMARY, KvStatus.KV_OK);
        table.put(KEY, VALUE);
        assertThat(cluster.requests).hasSize(4);
        assertThat(cluster.requests.stream().map(KvRequest::getClient).distinct())
                .hasSize(1);
        assertThat(cluster.requests).allMatch(r -> r.getSequence() == 1);
    }

    @Test
    void writesOneAfterAnotherShareASessionAndConcurrentOnesDoNot() {
        table.put(KEY, VALUE);
        table.put(KEY, VALUE);
        assertThat(cluster.requests.get(1).getClient())
                .isEqualTo(cluster.requests.get(0).getClient());
        assertThat(cluster.requests.get(1).getSequence()).isEqualTo(2);
        cluster.requests.clear();
        List<CompletableFuture<Void>> writes = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            writes.add(table.putAsync(KEY, VALUE));
        }
        writes.forEach(CompletableFuture::join);
        assertThat(cluster.requests.stream().map(r -> r.getClient() + "/" + r.getSequence()))
                .doesNotHaveDuplicates();
    }

    @Test
    void aWriteThatMayHaveHappenedIsUnknownAndNeverAFailure() {
        try (KintsugiClient hasty = impatient()) {
            KvStatus[] refused = new KvStatus[200];
            java.util.Arrays.fill(refused, KvStatus.KV_NOT_PRIMARY);
            cluster.answer(KvStatus.KV_UNKNOWN);
            cluster.answer(refused);
            assertThatThrownBy(() -> hasty.table("t").put(KEY, VALUE))
                    .isInstanceOfSatisfying(
                            KintsugiException.class, e -> assertThat(e.reason()).isEqualTo("UNKNOWN"));
        }
    }

    @Test
    void aForgottenSessionIsReplacedOnlyWhenTheWriteCannotHaveHappened() {
        cluster.answer(KvStatus.KV_SESSION_EXPIRED, KvStatus.KV_OK);
        table.put(KEY, VALUE);
        assertThat(cluster.requests.get(1).getClient())
                .isNotEqualTo(cluster.requests.get(0).getClient());
        cluster.answer(KvStatus.KV_UNKNOWN, KvStatus.KV_SESSION_EXPIRED);
        assertThatThrownBy(() -> table.put(KEY, VALUE))
                .isInstanceOfSatisfying(
                        KintsugiException.class, e -> assertThat(e.reason()).isEqualTo("UNKNOWN"));
    }

    @Test
    void aPutOnAConditionSaysWhetherItWasDoneAndIsRepeatedLikeAnyWrite() {
        assertThat(table.putIfAbsent(KEY, VALUE).done()).isTrue();
        cluster.answer(KvStatus.KV_UNKNOWN, KvStatus.KV_CONDITION_FAILED);
        PutIf refused = table.putIfValue(KEY, VALUE, new byte[] {2});

        assertThat(refused.done()).isFalse();
        assertThat(refused.known()).as("the datanode didn't say").isFalse();
        List<KvRequest> sent = cluster.requests;
        assertThat(sent.get(0).getCondition().getAbsent()).isTrue();
        assertThat(sent.get(1)).isEqualTo(sent.get(2));
        assertThat(sent.get(2).getOp()).isEqualTo(KvOp.KV_PUT_IF);
        assertThat(sent.get(2).getCondition().getValue().toByteArray()).isEqualTo(VALUE);
    }

    @Test
    void aTimeToLiveGoesInMillisecondsAndForEverIsSaid() {
        table.put(KEY, VALUE);
        table.put(KEY, VALUE, Duration.ofMinutes(1));
        table.put(KEY, VALUE, Duration.ZERO);

        assertThat(cluster.requests.stream().map(KvRequest::getTtlMs)).containsExactly(0L, 60_000L, -1L);
        assertThatThrownBy(() -> table.put(KEY, VALUE, Duration.ofSeconds(-1))).hasMessageContaining("time to live");
    }

    @Test
    void aMissingTableAndABadValueAreSaidAtOnce() {
        assertThatThrownBy(() -> client.table("nope").get(KEY)).hasMessageContaining("nope");
        assertThatThrownBy(() -> table.put(KEY, new byte[Table.MAX_VALUE + 1])).hasMessageContaining("1048577");
        assertThatThrownBy(() -> table.get(new byte[0])).hasMessageContaining("key");
        assertThat(cluster.requests).isEmpty();
    }

    @Test
    void closingEndsWhatIsUnderWay() throws Exception {
        KvStatus[] refused = new KvStatus[2_000];
        java.util.Arrays.fill(refused, KvStatus.KV_NOT_PRIMARY);
        cluster.answer(refused);
        CompletableFuture<Void> write = table.putAsync(KEY, VALUE);
        CompletableFuture<?> read = table.getAsync(KEY);
        client.close();
        assertThatThrownBy(() -> write.get(30, TimeUnit.SECONDS))
                .hasRootCauseInstanceOf(KintsugiException.class)
                .rootCause()
                .satisfies(e -> assertThat(((KintsugiException) e).reason()).isIn("CLOSED", "UNKNOWN"));
        assertThatThrownBy(() -> read.get(30, TimeUnit.SECONDS)).hasRootCauseInstanceOf(KintsugiException.class);
        assertThatThrownBy(() -> table.put(KEY, VALUE)).hasMessageContaining("closed");
    }

    @Test
    void manyKeysTakeOneRequestAPartitionAndAskAgainForTheRest() {
        cluster.answersOfMultiGet(1);
        List<byte[]> keys = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            keys.add(new byte[] {(byte) i});
        }
        Map<byte[], byte[]> found = table.multiGet(keys);
        assertThat(found.keySet().stream().map(k -> (int) k[0])).containsExactly(0, 1, 2, 3, 4, 5);
        assertThat(cluster.requests).hasSize(6).allMatch(r -> r.getOp() == KvOp.KV_MULTI_GET);
        cluster.requests.clear();
        cluster.answersOfMultiGet(100);
        table.multiGet(keys);
        assertThat(cluster.requests.stream().map(KvRequest::getPartition)).containsExactlyInAnyOrder(10, 11);
    }

    @Test
    void aScanGoesOnWhereThePageEnded() {
        Scan scan = table.scan(1, new byte[] {3}, new byte[0], 2);
        cluster.next(new byte[] {5});
        assertThat(scan.next()).isEmpty();
        assertThat(scan.hasNext()).isTrue();
        scan.next();
        assertThat(scan.hasNext()).isFalse();
        assertThat(cluster.requests.stream()
                        .map(r -> r.getPartition() + " from " + r.getKey().byteAt(0)))
                .containsExactly("11 from 3", "11 from 5");
        assertThatThrownBy(() -> table.scan(2, KEY, new byte[0], 1).next()).hasMessageContaining("no partition 2");
    }

    private KintsugiClient impatient() {
        return KintsugiClient.connect(
                cluster.masters(), ClientOptions.DEFAULTS.withOperationTimeout(Duration.ofMillis(300)));
    }
}
