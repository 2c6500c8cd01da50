package io.kintsugi.chaos.flow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A bit of what the primary's disk holds has changed, and nobody has read it since, when the other replica is to move: what is copied from there
 * doesn't count. The good replica goes on, the spoilt one is replaced from it, and the move ends.
 */
record SpoiltBlock() implements Flow {
    @Override
    public int takes() {
        return 1;
    }

    @Override
    public List<String> tells() {
        return List.of("partition/PRIMARY_CHANGED", "op/OP_CREATED", "op/OP_SUCCESS");
    }

    @Override
    public void run(Site site) {
        JsonNode partition = site.aPartition("pairs");
        String primary = partition.path("primary").asText();
        JsonNode spoilt = member(partition, primary, true);
        JsonNode moves = member(partition, primary, false);
        Path data = Site.directory(site.diskOf(spoilt))
                .resolve("replicas/" + partition.path("id").asText() + "-"
                        + spoilt.path("replica").asText() + "/data");
        Site.until("a file of the primary is spoilt", () -> spoil(data));
        JsonNode op = Site.answer(
                "the move is begun",
                () -> site.admin.post(
                        "/v1/partitions/decommission",
                        Map.of("partition", Site.name(partition), "from", Site.place(moves))),
                refused -> true);
        site.awaitPartition(
                partition,
                "has neither the spoilt replica nor the one that moves",
                p -> !Site.has(p, spoilt.path("replica").asLong())
                        && !Site.has(p, moves.path("replica").asLong())
                        && p.path("inSync").size() == 2);
        JsonNode ended = site.load.awaitEnd(op.path("id").asLong());
        assertThat(ended.path("status").asText()).as("%s", ended).isEqualTo("Success");
    }

    private static JsonNode member(JsonNode partition, String primary, boolean is) {
        return Site.stream(partition.path("members"))
                .filter(m -> Site.place(m).equals(primary) == is)
                .findFirst()
                .orElseThrow();
    }

    /** @return false: nothing was written out yet, or what was is gone again */
    private static boolean spoil(Path data) {
        try (Stream<Path> files = Files.list(data)) {
            Optional<Path> largest = files.filter(file -> file.toString().endsWith(".sst"))
                    .max(Comparator.comparingLong(file -> file.toFile().length()));
            if (largest.isEmpty()) {
                return false;
            }
            try (FileChannel file =
                    FileChannel.open(largest.get(), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                long at = file.size() / 2;
                ByteBuffer one = ByteBuffer.allocate(1);
                file.read(one, at);
                file.write(ByteBuffer.wrap(new byte[] {(byte) (one.get(0) ^ 1)}), at);
            }
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
