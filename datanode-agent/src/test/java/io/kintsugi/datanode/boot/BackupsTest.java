package io.kintsugi.datanode.boot;

import static io.kintsugi.datanode.boot.TestNodes.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.kintsugi.proto.BackupReport;
import io.kintsugi.proto.Member;
import io.kintsugi.proto.PartitionConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What force removes is kept, listed, put back, removed, and expires: by a real agent's files. */
class BackupsTest {
    private static final int P = 7;
    private static final long WEEK = 7 * 24 * 3_600_000L;

    @TempDir
    Path dir;

    private TestNodes nodes;
    private Member only;

    @BeforeEach
    void aReplicaWithData() throws IOException {
        nodes = new TestNodes(dir);
        nodes.start("d1");
        PartitionConfig config = nodes.master.create(P, "d1");
        only = config.getMembers(0);
        nodes.put(P, "a", "one");
        nodes.put(P, "b", "two");
        nodes.master.keepBackups(only, WEEK);
    }

    @AfterEach
    void close() throws IOException {
        nodes.close();
    }

    private Path kept() {
        return nodes.disk("d1").resolve("backup").resolve(P + "-" + only.getReplica());
    }

    private BackupReport backup() {
        eventually().until(() -> nodes.master.backups(only).size() == 1);
        return nodes.master.backups(only).get(0);
    }

    @Test
    void itIsListedWithItsSizeAndTheEndOfItsLog() {
        nodes.master.deleteToBackup(only, P);
        assertThat(backup())
                .matches(b -> b.getReplica() == only.getReplica() && b.getPartition() == P)
                .matches(b -> b.getDisk() == only.getDisk() && b.getBytes() > 0 && b.getKeptAtMs() > 0)
                .matches(b -> b.getEpoch() == 1 && b.getLastIndex() >= 2);
        assertThat(kept().resolve("data")).isDirectory();
        assertThat(nodes.master.wasRemoved(only.getReplica())).isTrue();
    }

    @Test
    void putBackItHasAllThatItHadAlsoAfterAKill() throws IOException {
        nodes.master.deleteToBackup(only, P);
        backup();
        nodes.kill("d1");
        nodes.start("d1");
        backup();
        nodes.master.restoreBackup(only);
        eventually().until(() -> nodes.master.backups(only).isEmpty());
        assertThat(kept()).doesNotExist();
        nodes.master.change(P, c -> c);
        assertThat(nodes.get(P, "a")).isEqualTo("one");
        assertThat(nodes.get(P, "b")).isEqualTo("two");
        nodes.put(P, "c", "three");
        nodes.kill("d1");
        nodes.start("d1");
        assertThat(nodes.get(P, "c")).isEqualTo("three");
    }

    @Test
    void theyExpireWhenTheirTimeIsOver() {
        nodes.master.deleteToBackup(only, P);
        backup();
        nodes.master.keepBackups(only, WEEK - 1);
        assertThat(kept()).isDirectory();
        nodes.master.keepBackups(only, 1);
        eventually().until(() -> nodes.master.backups(only).isEmpty() && !Files.exists(kept()));
    }

    @Test
    void oneThatIsDueSoonIsNotLeftUntilTheNextRound() {
        nodes.master.deleteToBackup(only, P);
        backup();
        nodes.master.keepBackups(only, 3_000); // most likely not yet due now; a round is a minute
        eventually().until(() -> nodes.master.backups(only).isEmpty() && !Files.exists(kept()));
    }

    @Test
    void oneIsRemovedWhenAskedFor() {
        nodes.master.deleteToBackup(only, P);
        backup();
        nodes.master.removeBackup(only);
        eventually().until(() -> nodes.master.backups(only).isEmpty() && !Files.exists(kept()));
    }

    @Test
    void withATimeOfZeroNothingIsKept() {
        nodes.master.keepBackups(only, 0);
        nodes.master.deleteToBackup(only, P);
        eventually().until(() -> nodes.master.wasRemoved(only.getReplica()));
        assertThat(kept()).doesNotExist();
        assertThat(nodes.master.backups(only)).isEmpty();
    }
}
