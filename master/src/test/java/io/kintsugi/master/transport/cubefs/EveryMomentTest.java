package io.kintsugi.master.transport.cubefs;

import static org.assertj.core.api.Assertions.assertThat;

import io.kintsugi.master.model.Disk;
import io.kintsugi.master.model.Node;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.plan.Survey;
import io.kintsugi.master.sim.RandomOperators;
import io.kintsugi.master.sim.SimCluster;
import io.kintsugi.master.view.View;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Whatever operators ask and whatever fails, every answer can be given at every moment, adds up, and is of the types that the original's
 * clients take: they stop at a number below zero where there can be none, and at null where there is a text.
 */
class EveryMomentTest {
    private static final int SEEDS = Integer.getInteger("kintsugi.sim.seeds", 5);
    private static final long FIRST = Long.getLong("kintsugi.sim.seed", 1);

    private int looks;
    private final Set<String> seen = new HashSet<>();

    @Test
    void everyAnswerIsThereAndAddsUp() {
        for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
            try {
                run(seed);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError(
                        "seed " + seed + ": repeat with -Dkintsugi.sim.seed=" + seed + " -Dkintsugi.sim.seeds=1", e);
            }
        }
        assertThat(looks).isGreaterThan(SEEDS * 20);
        assertThat(seen).contains("Initial", "Marked", "Running", "Paused", "Success", "DecommissionCancel");
    }

    private void run(long seed) {
        SimCluster c = new SimCluster(5, 2);
        c.createTable("t", 5, 1 + (int) (seed % 3));
        RandomOperators operators = new RandomOperators(c, seed);
        for (int i = 0; i < 60; i++) {
            operators.act();
            c.world().run(operators.pause());
            if (c.masters().loop() != null && c.masters().loop().view().isPresent()) {
                look(c.view());
                looks++;
            }
        }
    }

    private void look(View view) {
        List<Object> answers = new ArrayList<>();
        for (Partition p : view.cluster().partitions().values()) {
            answers.add(PartitionJson.of(view, p));
            answers.add(partition(view, p));
            answers.addAll(PartitionJobJson.records(view, p));
        }
        for (Node n : view.cluster().nodes()) {
            answers.add(NodeJson.info(view, n));
            answers.add(DiskJson.drained(view, n, true));
            Jobs.ofNode(view, n)
                    .ifPresent(op -> answers.add(job(view, op, DrainJson.ofNode(view, op), Jobs.drainsOf(view, op))));
        }
        for (Disk d : view.cluster().disks()) {
            Jobs.ofDisk(view, d)
                    .ifPresent(
                            op -> answers.add(job(view, op, DrainJson.ofDisk(view, op, Survey.of(view)), List.of(op))));
        }
        answers.add(DiskJson.list(view, Optional.empty()));
        answers.add(DiskJson.bad(view));
        answers.add(ClusterJson.info(view, new ClusterJson.Group("c", 1, "m1", List.of(), List.of())));
        answers.add(ClusterJson.stat(view));
        answers.addAll(TopologyJson.zoneRows(view));
        answers.addAll(TopologyJson.nodesetRows(view, ""));
        answers.addAll(VolumeJson.list(view, ""));
        answers.addAll(TokenJson.copies(view, true));
        answers.addAll(TokenJson.copies(view, false));
        answers.addAll(tokens(view));
        if (view.reports().judging()) {
            answers.add(diagnosis(view));
        }
        // as it is read: written, and parsed again
        answers.forEach(a -> types("", new JsonObject(((JsonObject) a).encode())));
    }

    private JsonObject partition(View view, Partition p) {
        JsonObject status = PartitionJobJson.of(view, p);
        seen.add(status.getString("Status"));
        assertThat(status.getString("Status").equals("Initial"))
                .as(status.encode())
                .isEqualTo(status.getLong("Term") == 0
                        && status.getString("SrcAddress").isEmpty());
        return status;
    }

    private JsonObject job(View view, Op op, JsonObject progress, List<Op> drains) {
        seen.add(progress.getString("StatusMessage"));
        assertThat(progress.getString("Progress").equals("100.00%"))
                .as(progress.encode())
                .isEqualTo(progress.getString("StatusMessage").equals("Success"));
        assertThat(progress.getInteger("RemainingDpCnt")).isLessThanOrEqualTo(progress.getInteger("TotalDpCnt"));
        if (drains.size() == 1) {
            DrainParts parts = DrainParts.of(view, drains);
            List<Integer> all = new ArrayList<>(parts.running());
            List.of(parts.failed(), parts.ignored(), parts.residual())
                    .forEach(notes -> notes.forEach(n -> all.add(n.partition())));
            assertThat(all).as("%s of %s", progress.encode(), op).doesNotHaveDuplicates();
        }
        return progress;
    }

    private static List<JsonObject> tokens(View view) {
        List<JsonObject> rows = TokenJson.ofNodesets(view);
        for (JsonObject row : rows) {
            assertThat(row.getJsonArray("RunningDp")).as(row.encode()).hasSize(row.getInteger("CurTokenNum"));
            assertThat(row.getInteger("TotalDP")).isGreaterThanOrEqualTo(row.getInteger("CurTokenNum"));
            assertThat(row.getJsonArray("ManualDecommissionDisk"))
                    .hasSize(row.getInteger("ManualDecommissionDiskTotal"))
                    .containsAll(row.getJsonArray("RunningDisk"));
        }
        return rows;
    }

    private static JsonObject diagnosis(View view) {
        JsonObject lists = Diagnosis.of(view, false);
        for (String list : lists.fieldNames()) {
            if (list.endsWith("IDs")) {
                for (Object id : lists.getJsonArray(list)) {
                    assertThat(view.cluster().partition((Integer) id)).as(list).isPresent();
                }
            }
        }
        return lists;
    }

    private static void types(String at, Object value) {
        switch (value) {
            case JsonObject object -> object.forEach(e -> types(e.getKey(), e.getValue()));
            case JsonArray array -> array.forEach(v -> types(at, v));
            case Number n when n.doubleValue() < 0 -> assertThat(at).isIn("Status", "PartitionStatus");
            case null -> throw new AssertionError(at + " is null");
            default -> assertThat(value).as(at).isInstanceOfAny(String.class, Number.class, Boolean.class);
        }
    }
}
