package io.kintsugi.master.driver;

import static org.assertj.core.api.Assertions.assertThat;

import io.kintsugi.master.command.Command.SetSettings;
import io.kintsugi.master.sim.FakeDatanode;
import io.kintsugi.master.sim.SimCluster;
import io.kintsugi.proto.ClusterNote;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What datanodes keep for masters that lose their metadata: told once, and again when it has changed. */
class NoteDriverTest {
    private static final Duration LONG = Duration.ofSeconds(20);

    private static ClusterNote last(FakeDatanode node) {
        return node.notes().getLast();
    }

    private static List<Integer> counts(SimCluster c) {
        return List.of(
                c.node(1).notes().size(),
                c.node(2).notes().size(),
                c.node(3).notes().size());
    }

    @Test
    void everyDatanodeKeepsWhoItIsAndHearsOfChangesOnly() {
        SimCluster c = new SimCluster(3, 1);
        c.run("notes", LONG, () -> counts(c).stream().allMatch(n -> n > 0));
        c.createTable("t", 4, 2);
        c.world().run(LONG);
        for (int id = 1; id <= 3; id++) {
            ClusterNote note = last(c.node(id));
            assertThat(note.getNode().getId()).isEqualTo(id);
            assertThat(note.getNode().getName()).isEqualTo(c.name(id));
            assertThat(note.getNodeset().getName()).isNotEmpty();
            assertThat(note.getDisksList()).singleElement().satisfies(d -> assertThat(d.getUuid())
                    .isNotEmpty());
            assertThat(note.getGiven().getReplica()).isGreaterThanOrEqualTo(8);
            assertThat(note.getSettingsMap()).isEmpty();
        }
        List<Integer> before = counts(c);
        c.world().run(LONG);
        assertThat(counts(c)).as("nothing has changed").isEqualTo(before);

        c.ask(new SetSettings(Map.of("DecommissionDpLimit", "7")));
        c.world().run(LONG);
        assertThat(counts(c)).isEqualTo(before.stream().map(n -> n + 1).toList());
        assertThat(last(c.node(2)).getSettingsMap()).containsEntry("DecommissionDpLimit", "7");
        assertThat(last(c.node(2)).getSettingsRevision()).isEqualTo(1);

        long op = c.drain(c.name(1), "/0");
        c.run("drained", LONG.multipliedBy(3), () -> c.op(op).ended());
        c.world().run(LONG);
        assertThat(c.node(1).notes())
                .anySatisfy(n -> assertThat(n.getDisks(0).getDraining()).isTrue());
        assertThat(last(c.node(1)).getDisks(0).getDrained()).isTrue();
        assertThat(last(c.node(2)).getDisks(0).getDrained()).isFalse();
    }

    @Test
    void whoWasAwayHearsItAgain() {
        SimCluster c = new SimCluster(3, 1);
        c.run("notes", LONG, () -> counts(c).stream().allMatch(n -> n > 0));
        int before = c.node(3).notes().size();
        c.node(3).kill();
        c.world().run(LONG);
        c.node(3).start();
        c.run("told again", LONG, () -> c.node(3).notes().size() > before);
        assertThat(last(c.node(3)).getNode().getId()).isEqualTo(3);
    }
}
