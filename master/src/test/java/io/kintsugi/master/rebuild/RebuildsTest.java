package io.kintsugi.master.rebuild;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.kintsugi.common.Clock;
import io.kintsugi.master.consensus.ConsensusException;
import io.kintsugi.master.model.Disk;
import io.kintsugi.master.model.DiskStatus;
import io.kintsugi.master.model.DrainState;
import io.kintsugi.master.model.Ids;
import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Node;
import io.kintsugi.master.model.Nodeset;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.model.RestoreMutex;
import io.kintsugi.master.model.Table;
import io.kintsugi.master.model.TableState;
import io.kintsugi.master.plan.rebuild.ClusterNote;
import io.kintsugi.master.plan.rebuild.Definition;
import io.kintsugi.master.plan.rebuild.Hint;
import io.kintsugi.master.plan.rebuild.NodeAnswer;
import io.kintsugi.master.plan.rebuild.Options;
import io.kintsugi.master.plan.rebuild.ReplicaFound;
import io.kintsugi.master.plan.rebuild.TableAnswer;
import io.kintsugi.master.state.InitialState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The steps of a recovery, with datanodes that are only said to be there. */
class RebuildsTest {
    private static final List<String> NODES = List.of("h1:1", "h2:1");
    private static final Options CAREFUL = new Options(false, false, false);

    /** Two datanodes with a partition of two replicas; what they were asked, in order. */
    private static final class Datanodes implements Inventories {
        final List<String> asked = new CopyOnWriteArrayList<>();
        final Map<String, Long> generations = new ConcurrentHashMap<>(Map.of("h1:1", 1L, "h2:1", 1L));
        volatile String down = "";
        volatile String unfenced = "";
        volatile CountDownLatch gate = new CountDownLatch(0);

        @Override
        public void collect(String address, Consumer<NodeAnswer> page) {
            asked.add("collect " + address);
            try {
                gate.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            page.accept(
                    address.equals(down)
                            ? NodeAnswer.failed(address, "ERR_NETWORK_FAILURE")
                            : answer(address, generations.get(address)));
        }

        @Override
        public String fence(String address, String clusterId, long generation, String recovery) {
            asked.add("fence " + address + " " + clusterId + " " + generation);
            if (address.equals(unfenced)) {
                return "ERR_TIMEOUT";
            }
            generations.put(address, generation);
            return "";
        }

        private static NodeAnswer answer(String address, long generation) {
            int id = address.charAt(1) - '0';
            Table table = new Table(1, "t", 1, 2, 1, "crc32c", TableState.NORMAL, 5, 0, "", 0);
            List<Member> members = List.of(new Member(1, 1, 1, 0), new Member(2, 2, 2, 0));
            Partition stored = new Partition(1, 1, 0, 3, 2, members, null, 0, List.of(1L, 2L), 1, RestoreMutex.STOP, 0);
            return new NodeAnswer(
                    address,
                    "",
                    true,
                    "c1",
                    generation,
                    new Node(id, "u" + id, "n" + id, address, address, "z", 1, 1, DrainState.NONE, 0, 0, List.of()),
                    new Nodeset(1, "z-1", "z", 18),
                    new ClusterNote(0, Map.of(), new Ids(2, 2, 1, 1, 2, 0, 1, 0)),
                    List.of(new Disk(id, "d" + id, id, "/data", DiskStatus.NORMAL, DrainState.NONE, 0, 0, "")),
                    List.of(new TableAnswer(
                            new Definition(table, 1, 1), List.of(new ReplicaFound(id, id, true, 3, 10 + id, stored)))),
                    List.of());
        }
    }

    /** A master without a store. */
    private static final class Group implements NewGroup {
        final List<InitialState> begun = new ArrayList<>();
        volatile int claims;

        @Override
        public synchronized void claim() {
            if (!begun.isEmpty()) {
                throw new ConsensusException("ERR_SERVICE_ALREADY_RUNNING", "there is a group");
            }
            claims++;
        }

        @Override
        public synchronized void release() {
            claims--;
        }

        @Override
        public synchronized void begin(InitialState state) {
            begun.add(state);
        }
    }

    private final Datanodes datanodes = new Datanodes();
    private final Group group = new Group();
    private final Rebuilds rebuilds = new Rebuilds(datanodes, group, Clock.system(), new Random(1), point -> {});

    @AfterEach
    void stop() {
        rebuilds.close();
    }

    private RebuildStatus ended(RebuildRequest request) {
        rebuilds.begin(request);
        await().atMost(Duration.ofSeconds(30)).until(() -> rebuilds.status().ended() && group.claims == 0);
        return rebuilds.status();
    }

    @Test
    void theNewGroupBeginsWithWhatIsFoundAfterTheFence() {
        RebuildStatus end = ended(new RebuildRequest(NODES, CAREFUL, false));
        assertThat(end.result()).isEqualTo("ERR_OK");
        assertThat(datanodes.asked.subList(2, 4)).containsExactlyInAnyOrder("fence h1:1 c1 2", "fence h2:1 c1 2");
        assertThat(datanodes.asked)
                .hasSize(6)
                .endsWith("collect " + datanodes.asked.getLast().substring(8));
        InitialState state = group.begun.getFirst();
        assertThat(state.violations()).isEmpty();
        assertThat(state.cluster().id()).isEqualTo("c1");
        assertThat(state.cluster().generation()).isEqualTo(2);
        assertThat(state.partitions()).singleElement().satisfies(p -> {
            assertThat(p.epoch()).isEqualTo(2L << 40);
            assertThat(p.primary()).as("the longer log").isEqualTo(2);
            assertThat(p.inSync()).containsExactly(1L, 2L);
        });
    }

    @Test
    void aDryRunOnlyAsks() {
        RebuildStatus end = ended(new RebuildRequest(NODES, CAREFUL, true));
        assertThat(end.result()).isEqualTo("ERR_OK");
        assertThat(end.plan().partitions()).hasSize(1);
        assertThat(datanodes.asked).containsExactlyInAnyOrder("collect h1:1", "collect h2:1");
        assertThat(group.begun).isEmpty();
    }

    @Test
    void aNodeThatIsDownStopsItBeforeAnythingIsFenced() {
        datanodes.down = "h2:1";
        RebuildStatus end = ended(new RebuildRequest(NODES, CAREFUL, false));
        assertThat(end.result()).isEqualTo("ERR_TRY_AGAIN");
        assertThat(end.plan().hints()).extracting(Hint::code).contains("BAD_NODE");
        assertThat(datanodes.asked).noneMatch(a -> a.startsWith("fence"));

        RebuildStatus again = ended(new RebuildRequest(NODES, new Options(true, false, false), false));
        assertThat(again.result()).isEqualTo("ERR_OK");
        assertThat(again.plan().hints()).extracting(Hint::message).anyMatch(m -> m.contains("only collects 1/2"));
        assertThat(group.begun.getFirst().violations()).isEmpty();
    }

    @Test
    void whoCannotBeFencedStopsIt() {
        datanodes.unfenced = "h1:1";
        RebuildStatus end = ended(new RebuildRequest(NODES, CAREFUL, false));
        assertThat(end.result()).isEqualTo("ERR_TRY_AGAIN");
        assertThat(end.plan().hints()).extracting(Hint::code).contains("NODE_UNFENCED");
        assertThat(group.begun).isEmpty();

        datanodes.unfenced = "";
        assertThat(ended(new RebuildRequest(NODES, CAREFUL, false)).result()).isEqualTo("ERR_OK");
        assertThat(group.begun.getFirst().cluster().generation())
                .as("above what the first attempt fenced to")
                .isEqualTo(3);
    }

    @Test
    void anotherRecoveryThatFencedHigherStopsThisOne() {
        Rebuilds late = new Rebuilds(datanodes, group, Clock.system(), new Random(2), point -> {
            if (point.equals(FailpointNames.REBUILD_COLLECT_AGAIN)) {
                datanodes.generations.put("h2:1", 7L);
            }
        });
        try {
            late.begin(new RebuildRequest(NODES, CAREFUL, false));
            await().atMost(Duration.ofSeconds(30)).until(() -> late.status().ended());
        } finally {
            late.close();
        }
        assertThat(late.status().result()).isEqualTo("ERR_TRY_AGAIN");
        assertThat(late.status().plan().hints()).extracting(Hint::code).contains("OTHER_RECOVERY");
        assertThat(group.begun).isEmpty();
    }

    @Test
    void whoAsksAgainJoinsTheOneThatRuns() {
        datanodes.gate = new CountDownLatch(1);
        RebuildRequest request = new RebuildRequest(NODES, CAREFUL, false);
        String id = rebuilds.begin(request).id();
        assertThat(rebuilds.begin(request).id()).isEqualTo(id);
        assertThatThrownBy(() -> rebuilds.begin(new RebuildRequest(NODES, CAREFUL, true)))
                .hasMessageContaining(id + " runs, with other arguments");
        datanodes.gate.countDown();
        await().atMost(Duration.ofSeconds(30)).until(() -> rebuilds.status().ended() && group.claims == 0);
        assertThatThrownBy(() -> rebuilds.begin(request))
                .isInstanceOfSatisfying(
                        ConsensusException.class, e -> assertThat(e.reason()).isEqualTo("ERR_SERVICE_ALREADY_RUNNING"));
    }
}
