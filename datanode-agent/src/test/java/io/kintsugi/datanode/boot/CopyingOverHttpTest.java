package io.kintsugi.datanode.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kintsugi.datanode.copy.HttpSource;
import io.kintsugi.datanode.copy.Offer;
import io.kintsugi.datanode.replica.Config;
import io.kintsugi.proto.Member;
import io.kintsugi.proto.ReplicaState;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a datanode offers by HTTP, as its real client sees it. Everything behind that is in the simulation. */
class CopyingOverHttpTest {
    private static final int P = 7;
    private static final int KEYS = 20;

    @TempDir
    Path dir;

    private TestNodes nodes;
    private HttpSource source;
    private long replica;

    @BeforeEach
    void aReplicaWithLargeFiles() throws IOException {
        nodes = new TestNodes(dir);
        source = new HttpSource(nodes.start("d1").httpAddress());
        Member member = nodes.master.create(P, "d1").getMembers(0);
        replica = member.getReplica();
        for (int i = 0; i < KEYS; i++) {
            nodes.put(P, "k" + i, i + "x".repeat(64 << 10));
        }
    }

    @AfterEach
    void close() throws IOException {
        nodes.close();
    }

    @Test
    void aCopyIsListedSentFromAnyOffsetAndChecked() throws IOException {
        Offer offer = source.offer(replica, KEYS);

        assertThat(offer.last().index()).isGreaterThanOrEqualTo(KEYS);
        assertThat(offer.config().names(replica)).isTrue();
        assertThat(offer.files())
                .filteredOn(file -> file.content() != null)
                .isNotEmpty()
                .allSatisfy(file -> {
                    assertThat((long) file.content().length).isEqualTo(file.size());
                    assertThat(file.crc32c()).isEqualTo(crc32c(file.content()));
                });
        Offer.File large = large(offer);
        byte[] whole = content(offer, large, 0);
        assertThat((long) whole.length).isEqualTo(large.size());
        assertThat(content(offer, large, 1000)).isEqualTo(Arrays.copyOfRange(whole, 1000, whole.length));
        assertThat(content(offer, large, large.size())).isEmpty();
        assertThat(source.checksums(offer.id())).isEqualTo(Map.of(large.name(), crc32c(whole)));
    }

    @Test
    void whatIsNotThereIsRefusedByName() throws IOException {
        assertThatThrownBy(() -> source.offer(replica, 1_000_000)).hasMessageContaining("NO_COPY");
        assertThatThrownBy(() -> source.offer(99, 0)).hasMessageContaining("replica 99 is not on this node");
        Offer offer = source.offer(replica, 0);
        Offer.File large = large(offer);
        assertThatThrownBy(() -> source.file(offer.id(), large.name(), large.size() + 1))
                .hasMessageContaining("BAD_RANGE");
        assertThatThrownBy(() -> source.file(offer.id(), "other", 0)).hasMessageContaining("NO_SUCH_COPY");
    }

    @Test
    void aCopyThatWasDroppedIsGoneFromTheDisk() throws IOException {
        Offer offer = source.offer(replica, 0);
        Path copy = nodes.disk("d1").resolve("copies/" + replica + "-" + offer.id());
        assertThat(copy).isNotEmptyDirectory();

        source.drop(offer.id());

        assertThatThrownBy(() -> source.checksums(offer.id())).hasMessageContaining("NO_SUCH_COPY");
        TestNodes.eventually().untilAsserted(() -> assertThat(copy).doesNotExist());
    }

    /** The disk is broken for good; what is on it is read where it lies, and all that was acknowledged is there. */
    @Test
    void whatABrokenDiskHasIsSentFromThere() throws IOException {
        Config known = source.offer(replica, KEYS).config();
        Config fence = new Config(
                known.partition(),
                known.index(),
                known.table(),
                known.epoch() + 1,
                known.members(),
                null,
                0,
                known.inSync(),
                0,
                known.generation());
        assertThatThrownBy(() -> source.salvage(replica, fence)).hasMessageContaining("NOT_LOST");
        Files.delete(nodes.disk("d1").resolve("disk"));
        AtomicReference<Offer> offered = new AtomicReference<>();
        TestNodes.eventually()
                .ignoreExceptionsMatching(e -> e.getMessage().contains("NO_COPY"))
                .until(() -> {
                    offered.set(source.salvage(replica, fence));
                    return true;
                });

        Offer offer = offered.get();

        assertThat(offer.last().index()).isGreaterThanOrEqualTo(KEYS);
        Offer.File large = large(offer);
        byte[] whole = content(offer, large, 0);
        assertThat((long) whole.length).isEqualTo(large.size());
        assertThat(content(offer, large, 1000)).isEqualTo(Arrays.copyOfRange(whole, 1000, whole.length));
        assertThat(content(offer, large, large.size())).isEmpty();
        assertThat(source.checksums(offer.id())).isEqualTo(Map.of(large.name(), crc32c(whole)));
        source.drop(offer.id());
        assertThat(nodes.disk("d1").resolve("replicas")).isNotEmptyDirectory();
    }

    /** Told that a copy can't be read, the only in-sync replica reads its own files, says what is wrong, and goes on serving the rest. */
    @Test
    void theOnlyInSyncReplicaSaysWhatItCannotReadAndServesTheRest() throws IOException {
        source.offer(replica, KEYS); // by then all of it is in files
        nodes.put(P, "later", "good");
        spoil(nodes.disk("d1").resolve("replicas/" + P + "-" + replica + "/data"));

        source.unreadable(replica);

        TestNodes.eventually()
                .untilAsserted(() -> assertThat(nodes.master.report(replica).getDetail())
                        .startsWith("DATA_UNREADABLE: ")
                        .contains("checksum mismatch"));
        assertThat(nodes.master.report(replica).getState()).isEqualTo(ReplicaState.REPLICA_OK);
        assertThat(nodes.get(P, "later")).isEqualTo("good");
    }

    private static void spoil(Path data) throws IOException {
        try (Stream<Path> files = Files.list(data)) {
            Path largest = files.filter(file -> file.toString().endsWith(".sst"))
                    .max(Comparator.comparingLong(file -> file.toFile().length()))
                    .orElseThrow();
            byte[] content = Files.readAllBytes(largest);
            try (FileChannel channel = FileChannel.open(largest, StandardOpenOption.WRITE)) {
                int at = content.length / 2;
                channel.write(ByteBuffer.wrap(new byte[] {(byte) (content[at] ^ 1)}), at);
            }
        }
    }

    private static Offer.File large(Offer offer) {
        return offer.files().stream()
                .filter(file -> file.content() == null)
                .findFirst()
                .orElseThrow();
    }

    private byte[] content(Offer offer, Offer.File file, long from) throws IOException {
        try (InputStream in = source.file(offer.id(), file.name(), from)) {
            return in.readAllBytes();
        }
    }

    private static int crc32c(byte[] content) {
        CRC32C crc = new CRC32C();
        crc.update(content);
        return (int) crc.getValue();
    }
}
