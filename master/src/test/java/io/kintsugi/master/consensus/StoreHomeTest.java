package io.kintsugi.master.consensus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreHomeTest {
    private static final Identity IDENTITY = new Identity("c1", 3, "m1-aa");

    @TempDir
    Path dir;

    private StoreHome home;
    private Path meta;

    @BeforeEach
    void completeStore() throws IOException {
        home = new StoreHome(dir);
        home.begin();
        Files.createDirectories(home.database());
        Files.writeString(home.database().resolve("CURRENT"), "x");
        meta = home.raft().resolve(IDENTITY.groupId().toString()).resolve("current/raft-meta");
        Files.createDirectories(meta.getParent());
        Files.writeString(meta, "votes");
    }

    @Test
    void aStoreBeginsWithItsIdentity() {
        assertThat(home.identity()).isEmpty();
        home.complete(IDENTITY, false);
        assertThat(home.identity()).contains(IDENTITY);
        assertThat(new StoreHome(dir).identity()).contains(IDENTITY);
    }

    @Test
    void aStoreThatLostAPartIsNone() throws IOException {
        home.complete(IDENTITY, false);
        Files.delete(meta);
        assertThat(home.identity())
                .as("its votes are gone: it must not vote again")
                .isEmpty();
        Files.writeString(meta, "votes");
        Files.delete(home.database().resolve("CURRENT"));
        assertThat(home.identity()).isEmpty();
    }

    @Test
    void aStoreThatCameByRecoveryIsKnownUntilThatIsOver() {
        home.complete(IDENTITY, true);
        assertThat(new StoreHome(dir).fromRecovery()).isTrue();
        home.recoveryIsOver();
        assertThat(new StoreHome(dir).fromRecovery()).isFalse();
        assertThat(home.identity()).contains(IDENTITY);
    }

    @Test
    void aNewStoreKeepsTheRemainsOfTheLastAside() {
        home.complete(IDENTITY, false);
        home.begin();
        assertThat(home.identity()).isEmpty();
        assertThat(dir.resolve("store.old/identity")).exists();
    }

    @Test
    void aStateThatDivergedIsNotServed() {
        home.complete(IDENTITY, false);
        home.markDiverged("differs");
        assertThatThrownBy(home::identity)
                .isInstanceOf(ConsensusException.class)
                .hasMessageContaining("remove that directory")
                .extracting(e -> ((ConsensusException) e).reason())
                .isEqualTo("STATE_DIVERGED");
    }

    @Test
    void generationsAreGroupsOfTheirOwn() {
        assertThat(IDENTITY.groupId())
                .isNotEqualTo(new Identity("c1", 4, "m1-aa").groupId())
                .isEqualTo(IDENTITY.withPeer("m2-bb").groupId());
    }
}
