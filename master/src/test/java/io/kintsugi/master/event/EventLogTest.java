package io.kintsugi.master.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.kintsugi.master.command.Command;
import io.kintsugi.master.command.Command.DiskFact;
import io.kintsugi.master.command.Command.Placement;
import io.kintsugi.master.command.Envelope;
import io.kintsugi.master.model.ClusterView;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.state.Applied;
import io.kintsugi.master.state.Change;
import io.kintsugi.master.state.LogPosition;
import io.kintsugi.master.state.MasterCore;
import io.kintsugi.master.store.RocksStateStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happened is told by what the log changed, is in the store with it, and is no more than a store should hold. */
class EventLogTest {
    private static final long START = 1_726_747_148_000L;

    @TempDir
    Path dir;

    private final MasterCore core = new MasterCore();
    private ClusterView state = core.empty();
    private RocksStateStore store;
    private EventLog log;
    private long index;
    private long now = START;

    @BeforeEach
    void open() {
        store = RocksStateStore.open(dir.resolve("db"));
        log = new EventLog(store);
    }

    @AfterEach
    void close() {
        store.close();
    }

    private long apply(Command command) {
        now += 1_000;
        LogPosition at = new LogPosition(1, ++index);
        Applied applied = core.apply(at, List.of(new Envelope("", 0, now, "ana", command)));
        List<Change> changes = new ArrayList<>(applied.changes());
        changes.addAll(log.of(state, applied.state(), at));
        store.write(changes, at);
        state = applied.state();
        assertThat(applied.outcomes().getFirst().accepted())
                .as("%s", applied.outcomes())
                .isTrue();
        return applied.outcomes().getFirst().value();
    }

    private void threeNodesAndATable() {
        apply(new Command.InitCluster("c-1", 1));
        for (int n = 1; n <= 3; n++) {
            apply(new Command.RegisterNode(
                    "u" + n, "d" + n, "h" + n + ":1", "h" + n + ":2", "z", "", List.of(new DiskFact("k" + n, "/a"))));
        }
        apply(new Command.CreateTable("t", 3, 1, "crc32c", List.of(new Placement(List.of(1, 2, 3)))));
    }

    private List<String> told(EventReader.Query query) {
        return log.events(query).stream().map(e -> e.code() + " " + e.subject()).toList();
    }

    private static EventReader.Query latest(int limit) {
        return new EventReader.Query(-1, 0, "", limit);
    }

    @Test
    void whatHappenedIsToldInOrder() {
        threeNodesAndATable();
        Partition p = state.partition(1).orElseThrow();
        apply(new Command.Elect(1, 1, p.inSync().get(1), p.inSync().subList(1, 3)));
        apply(new Command.SetSettings(Map.of("DecommissionDpLimit", "7")));
        long drain = apply(new Command.DecommissionDisk(3, 2));
        apply(new Command.CancelOp(drain));
        apply(new Command.SetDiskStatus(2, 2, "EIO"));
        apply(new Command.DropTable(1));

        assertThat(told(latest(100)))
                .containsExactly(
                        "CLUSTER_CREATED c-1",
                        "NODE_REGISTERED d1",
                        "DISK_ADDED d1:/a",
                        "NODE_REGISTERED d2",
                        "DISK_ADDED d2:/a",
                        "NODE_REGISTERED d3",
                        "DISK_ADDED d3:/a",
                        "TABLE_CREATED t",
                        "PRIMARY_CHANGED t.0",
                        "SETTING_CHANGED DecommissionDpLimit",
                        "DISK_DRAIN_DRAINING d3:/a",
                        "OP_CREATED d3:/a",
                        "DISK_DRAIN_NONE d3:/a",
                        "OP_CANCELLED d3:/a",
                        "DISK_UNAVAILABLE d2:/a",
                        "TABLE_DROPPED t");
        Event elected = log.events(new EventReader.Query(-1, 0, "partition", 9)).getFirst();
        assertThat(elected.message()).isEqualTo("d1:/a -> d2:/a, epoch 2, 2 of 3 in-sync");
        assertThat(elected.at()).isEqualTo(START + 6_000);
        assertThat(log.events(new EventReader.Query(-1, 0, "op", 9))).allMatch(e -> e.op() == drain);
    }

    @Test
    void oneAsksForTheLatestForWhatCameAfterAnEventAndFromATimeOn() {
        threeNodesAndATable();
        assertThat(told(latest(2))).containsExactly("DISK_ADDED d3:/a", "TABLE_CREATED t");
        Event second = log.events(latest(100)).get(1);
        assertThat(told(new EventReader.Query(second.id(), 0, "", 2)))
                .containsExactly("DISK_ADDED d1:/a", "NODE_REGISTERED d2");
        assertThat(told(new EventReader.Query(second.id(), 0, "table", 2))).containsExactly("TABLE_CREATED t");
        assertThat(told(new EventReader.Query(-1, START + 4_000, "", 9)))
                .containsExactly("NODE_REGISTERED d3", "DISK_ADDED d3:/a", "TABLE_CREATED t");
        long last = log.events(latest(1)).getFirst().id();
        assertThat(log.events(new EventReader.Query(last, 0, "", 9))).isEmpty();
    }

    @Test
    void aStoreThatIsOpenedAgainHasThemAndTheStateIsLoadedWithoutThem() {
        threeNodesAndATable();
        List<Event> before = log.events(latest(100));
        store.close();
        store = RocksStateStore.open(dir.resolve("db"));
        log = new EventLog(store);
        MasterCore other = new MasterCore();
        store.forEach((table, key, value) -> {
            if (table != EventLog.TABLE) {
                other.load(table, key, value);
            }
        });
        assertThat(log.events(latest(100))).isEqualTo(before);
        assertThat(other.loaded().digest()).isEqualTo(core.loaded().digest());
    }

    @Test
    void theOldestAreForgotten() {
        log = new EventLog(store, 50);
        threeNodesAndATable();
        for (int i = 0; i < 1_100; i++) {
            apply(new Command.SetSettings(Map.of("DecommissionDpLimit", Integer.toString(1 + i % 2))));
        }
        List<Event> all = log.events(latest(10_000));
        assertThat(all).hasSizeLessThan(1_050).hasSizeGreaterThanOrEqualTo(50);
        assertThat(all).extracting(Event::code).containsOnly("SETTING_CHANGED");
        assertThat(all).extracting(Event::id).isSorted();
    }
}
