package io.kintsugi.datanode.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kintsugi.datanode.replica.Config;
import io.kintsugi.datanode.replica.Member;
import io.kintsugi.datanode.replica.Role;
import io.kintsugi.datanode.replica.TableDefinition;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A datanode was skipped when the metadata was rebuilt: its replica hears that the partition goes on without it. */
class LeftOutTest {
    private static final int PARTITION = 1;
    private static final long OLD = 1;
    private static final long ELSEWHERE = 2;
    private static final long NEW = 3;
    private static final long NEW_EPOCH = 2L << 40;
    private static final TableDefinition TABLE = new TableDefinition(1, "t", 1, 1, 1, "crc32c", false, 1);
    private static final Duration LONG = Duration.ofSeconds(30);

    private LoneNode alone;
    private NodeHost node;

    @BeforeEach
    void aPrimaryOfItsOwn(@TempDir Path dir) {
        alone = new LoneNode(dir);
        node = alone.node;
        node.create(OLD, LoneNode.DISK, config(1, 1, OLD, OLD));
        await().atMost(LONG).until(() -> node.replica(OLD) != null && role(OLD) == Role.PRIMARY);
    }

    @AfterEach
    void stop() {
        alone.close();
    }

    private static Config config(long epoch, long generation, long primary, long... replicas) {
        List<Member> members = java.util.Arrays.stream(replicas)
                .mapToObj(r -> new Member(r, 1, LoneNode.DISK, "b:1", "b:2"))
                .toList();
        return new Config(
                PARTITION,
                0,
                TABLE,
                epoch,
                members,
                null,
                0,
                members.stream().map(Member::replica).toList(),
                primary,
                generation);
    }

    private Role role(long replica) {
        return node.replica(replica).status().role();
    }

    private long epoch(long replica) {
        return node.reports().stream()
                .filter(r -> r.getReplica() == replica)
                .findFirst()
                .orElseThrow()
                .getEpoch();
    }

    @Test
    void itKeepsItsEpochAndServesNobody() {
        Config without = config(NEW_EPOCH, 2, ELSEWHERE, ELSEWHERE, NEW);
        node.create(NEW, LoneNode.DISK, without);
        await().atMost(LONG).until(() -> node.replica(NEW) != null);
        node.configuration(without, false);
        await().atMost(LONG).until(() -> role(OLD) == Role.NONE);
        assertThat(epoch(OLD))
                .as("of a rebuilt group's epoch it would be deleted")
                .isEqualTo(1);
        assertThat(node.pick(PARTITION).id()).as("who answers here").isEqualTo(NEW);
    }

    @Test
    void ofItsOwnGenerationItHearsLikeAnyOther() {
        node.configuration(config(7, 1, ELSEWHERE, ELSEWHERE), false);
        await().atMost(LONG).until(() -> epoch(OLD) == 7);
    }

    @Test
    void aForcedRecoveryReachesItAllTheSame() {
        node.configuration(config(NEW_EPOCH, 2, 0, ELSEWHERE), true);
        await().atMost(LONG).until(() -> epoch(OLD) == NEW_EPOCH);
    }
}
