package io.kintsugi.master.plan.rebuild;

import static org.assertj.core.api.Assertions.assertThat;

import io.kintsugi.master.model.Cluster;
import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.model.Table;
import io.kintsugi.master.model.TableState;
import io.kintsugi.master.state.InitialState;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Whatever datanodes answer, contradictions included: nothing is lost or invented silently. A failure names its seed. */
class RebuildProperties {
    /** A replica with whose it is. */
    private record Told(int table, ReplicaFound found) {}

    /** Tables with a history of configurations, of which each replica has stored some; now and then what can't be. */
    private static final class World {
        final List<NodeAnswer> answers = new ArrayList<>();
        final Options options;
        private final Random r;
        private final TreeMap<Integer, List<TableAnswer>> byNode = new TreeMap<>();
        private long nextReplica = 1;
        private int nextPartition = 1;

        World(Random r) {
            this.r = r;
            options = new Options(r.nextBoolean(), r.nextBoolean(), r.nextBoolean());
            for (int t = 1; t <= 1 + r.nextInt(5); t++) {
                table(t);
            }
            byNode.forEach((node, tables) -> {
                String cluster = r.nextInt(12) == 0 ? "other" : Answers.CLUSTER;
                answers.add(
                        r.nextInt(12) == 0
                                ? NodeAnswer.failed(Answers.address(node), "ERR_TIMEOUT")
                                : Answers.answer(cluster, node, tables));
            });
        }

        private void table(int id) {
            Table t = Answers.table(id, "t" + r.nextInt(3), 1 + r.nextInt(4), 1 + r.nextInt(3));
            if (r.nextInt(4) == 0) {
                t = TableNames.copy(t, t.name(), TableState.DROPPED, 500);
            }
            for (int incarnation = 1; incarnation <= (r.nextInt(6) == 0 ? 2 : 1); incarnation++) {
                for (int index = 0; index < t.partitions() + (r.nextInt(8) == 0 ? 1 : 0); index++) {
                    slot(t, incarnation, index);
                }
            }
        }

        private void slot(Table t, int generation, int index) {
            int partition = r.nextInt(60) == 0 ? 1 : nextPartition++;
            List<Long> members = new ArrayList<>();
            List<Partition> history = new ArrayList<>();
            for (int epoch = 1; epoch <= 1 + r.nextInt(6); epoch++) {
                while (members.size() < t.replicas() || r.nextInt(6) == 0) {
                    members.add(100 * nextReplica++ + 1 + r.nextInt(6));
                }
                if (members.size() > t.replicas()) {
                    members.remove(r.nextInt(members.size()));
                }
                List<Long> inSync =
                        members.stream().filter(m -> r.nextInt(3) != 0).sorted().toList();
                history.add(Answers.config(partition, t.id(), index, epoch, members, inSync));
                if (r.nextInt(20) == 0) {
                    history.add(Answers.config(partition, t.id(), index, epoch, members, List.copyOf(members)));
                }
            }
            Set<Long> ever = new HashSet<>();
            history.forEach(p -> p.members().forEach(m -> ever.add(m.replica())));
            ever.stream()
                    .sorted()
                    .filter(x -> r.nextInt(4) != 0)
                    .forEach(replica -> replica(t, generation, history, replica));
        }

        private void replica(Table t, int generation, List<Partition> history, long replica) {
            Partition stored = history.get(r.nextInt(history.size()));
            int copies = r.nextInt(30) == 0 ? 2 : 1;
            for (int i = 0; i < copies; i++) {
                int node = (int) (replica % 100) + i;
                ReplicaFound found =
                        new ReplicaFound(replica, node, r.nextInt(8) != 0, 1 + r.nextInt(3), r.nextInt(20), stored);
                Table told = r.nextInt(10) == 0 ? t.withTtl(r.nextInt(3)) : t;
                Definition d = new Definition(told, generation, r.nextInt(3));
                byNode.computeIfAbsent(node, n -> new ArrayList<>()).add(new TableAnswer(d, List.of(found)));
            }
        }

        RebuildPlan plan() {
            return Answers.plan(answers, options);
        }
    }

    private static List<Told> told(RebuildPlan plan, List<NodeAnswer> answers) {
        return answers.stream()
                .filter(a -> a.clusterId().equals(plan.clusterId()))
                .flatMap(a -> a.tables().stream())
                .flatMap(t -> t.replicas().stream()
                        .map(f -> new Told(t.definition().table().id(), f)))
                .toList();
    }

    private static boolean hinted(RebuildPlan plan, String code) {
        return plan.hints().stream().anyMatch(h -> h.code().equals(code));
    }

    @Property(tries = 500)
    void neitherOrderNorRepetitionMatters(@ForAll long seed) {
        Random r = new Random(seed);
        World w = new World(r);
        List<NodeAnswer> again = new ArrayList<>(w.answers);
        again.addAll(w.answers.stream().filter(a -> r.nextBoolean()).toList());
        Collections.shuffle(again, r);
        assertThat(Answers.plan(again, w.options)).isEqualTo(w.plan());
    }

    @Property(tries = 500)
    void everyReplicaIsNamedOrKeptAsideAndEverySlotHasItsPartition(@ForAll long seed) {
        World w = new World(new Random(seed));
        RebuildPlan plan = w.plan();
        List<String> told = told(plan, w.answers).stream()
                .map(t -> place(t.found().replica(), t.found().disk()))
                .sorted()
                .toList();
        List<String> kept = new ArrayList<>();
        plan.partitions().forEach(p -> p.members().forEach(m -> kept.add(place(m.replica(), m.disk()))));
        plan.quarantined().forEach(q -> kept.add(place(q.replica(), q.disk())));
        assertThat(kept.stream().sorted().toList()).isEqualTo(told);
        Map<Integer, Long> slots =
                plan.partitions().stream().collect(Collectors.groupingBy(Partition::table, Collectors.counting()));
        assertThat(told(plan, w.answers)).allSatisfy(t -> assertThat(slots).containsKey(t.table()));
        plan.tables().forEach(t -> assertThat(slots).containsEntry(t.id(), (long) t.partitions()));
        for (Partition p : plan.partitions()) {
            if (p.members().isEmpty()) {
                assertThat(plan.hints())
                        .anyMatch(h -> h.code().equals("PARTITION_LOST")
                                && h.message().startsWith("partition(" + p.table() + "." + p.index() + ") "));
            }
        }
    }

    private static String place(long replica, int disk) {
        return replica + "@" + disk;
    }

    @Property(tries = 500)
    void whatMayBeCarriedOutIsSound(@ForAll long seed) {
        RebuildPlan plan = new World(new Random(seed)).plan();
        if (plan.result() == ResultCode.ERR_OK) {
            RebuildPlan placed = plan.placed();
            InitialState state = new InitialState(
                    new Cluster(placed.clusterId(), placed.generation(), 1, 1),
                    placed.nodesets(),
                    placed.nodes(),
                    placed.disks(),
                    placed.settingsRevision(),
                    placed.settings(),
                    placed.tables(),
                    placed.partitions(),
                    placed.given());
            assertThat(state.violations()).isEmpty();
        }
    }

    @Property(tries = 500)
    void theNewestConfigurationCountsAndTheLongestLogOfItsInSyncReplicas(@ForAll long seed) {
        World w = new World(new Random(seed));
        RebuildPlan plan = w.plan();
        List<Told> told = told(plan, w.answers);
        for (Partition p : plan.partitions()) {
            List<ReplicaFound> of = told.stream()
                    .map(Told::found)
                    .filter(f -> f.stored().table() == p.table()
                            && f.stored().id() == p.id()
                            && f.stored().index() == p.index())
                    .toList();
            assertThat(of).allSatisfy(f -> assertThat(p.epoch())
                    .isGreaterThan(f.stored().epoch()));
            if (p.members().isEmpty() || hinted(plan, "EPOCH_TWICE") || hinted(plan, "OLDER_TABLE")) {
                continue;
            }
            long epoch = of.stream().mapToLong(f -> f.stored().epoch()).max().orElseThrow();
            Partition newest = of.stream()
                    .map(ReplicaFound::stored)
                    .filter(s -> s.epoch() == epoch)
                    .findAny()
                    .orElseThrow();
            assertThat(p.inSync()).contains(p.primary());
            if (!newest.inSync().containsAll(p.inSync())) {
                assertThat(plan.hints())
                        .anyMatch(h -> h.code().equals("NO_IN_SYNC")
                                && h.message().startsWith("partition(" + p.table() + "." + p.index() + ") "));
                continue;
            }
            if (!hinted(plan, "REPLICA_TWICE")) {
                ReplicaFound primary = of.stream()
                        .filter(f -> f.replica() == p.primary())
                        .findAny()
                        .orElseThrow();
                assertThat(of.stream().filter(f -> p.isInSync(f.replica())))
                        .allSatisfy(f -> assertThat(f.lastEpoch() * 1000 + f.lastIndex())
                                .isLessThanOrEqualTo(primary.lastEpoch() * 1000 + primary.lastIndex()));
            }
        }
    }

    @Property(tries = 500)
    void idsAreAboveAllThatWereSeenAndNothingIsThereTwice(@ForAll long seed) {
        World w = new World(new Random(seed));
        RebuildPlan plan = w.plan();
        for (Told t : told(plan, w.answers)) {
            Partition p = t.found().stored();
            assertThat(plan.given().table()).isGreaterThanOrEqualTo(t.table());
            assertThat(plan.given().partition()).isGreaterThanOrEqualTo(p.id());
            LongStream replicas = LongStream.concat(
                    LongStream.of(t.found().replica()), p.members().stream().mapToLong(Member::replica));
            assertThat(plan.given().replica())
                    .isGreaterThanOrEqualTo(replicas.max().orElseThrow());
        }
        List<String> names = plan.tables().stream()
                .filter(t -> t.state() == TableState.NORMAL)
                .map(Table::name)
                .toList();
        assertThat(names).doesNotHaveDuplicates();
        if (plan.result() == ResultCode.ERR_OK) {
            assertThat(plan.partitions()).extracting(Partition::id).doesNotHaveDuplicates();
            assertThat(plan.partitions().stream()
                            .flatMap(p -> p.members().stream().map(Member::replica)))
                    .doesNotHaveDuplicates();
            assertThat(plan.hints()).noneMatch(h -> h.level() == Hint.Level.ERROR);
        }
    }

    @Property(tries = 500)
    void ofFewerAnswersNothingIsMadeThatTheyDoNotHold(@ForAll long seed) {
        Random r = new Random(seed);
        World w = new World(r);
        List<NodeAnswer> some =
                w.answers.stream().filter(a -> r.nextInt(3) != 0).toList();
        RebuildPlan plan = Answers.plan(some, w.options);
        List<Told> told = told(plan, some);
        Set<Integer> tables = told.stream().map(Told::table).collect(Collectors.toSet());
        Set<String> replicas = told.stream()
                .map(t -> t.found().stored().id() + ":"
                        + place(t.found().replica(), t.found().disk()))
                .collect(Collectors.toSet());
        assertThat(plan.tables()).extracting(Table::id).isSubsetOf(tables);
        plan.partitions().forEach(p -> assertThat(p.members())
                .allSatisfy(m -> assertThat(replicas).contains(p.id() + ":" + place(m.replica(), m.disk()))));
    }
}
