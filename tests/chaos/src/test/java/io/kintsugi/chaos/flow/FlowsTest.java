package io.kintsugi.chaos.flow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kintsugi.chaos.RedundancyWatch;
import io.kintsugi.chaos.fault.FaultShim;
import io.kintsugi.chaos.fault.Tier;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every flow of automatic operations on one cluster under load, and in each the leading master is killed at a random moment: nothing is lost,
 * redundancy isn't lowered beyond what the fault took, all ops end, nothing is left behind, and the events tell what happened. {@code
 * -Dflows=REGEX} takes those of that name, {@code -Dflows.seed=N} repeats the draws. Tier 1 (processes, gcc); what needs mounts is tier 2.
 */
@Tag("chaos")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FlowsTest {
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(30);
    /** A flow's leader is killed within its first seconds: by then all have begun, and none has ended. */
    private static final int LATEST_KILL_MILLIS = 4_000;

    private final long seed = Long.getLong("flows.seed", System.nanoTime());
    private Site site;

    @BeforeAll
    void start(@TempDir Path home) {
        Tier.requires("FlowsTest", FaultShim.unavailable());
        System.out.println("flows: -Dflows.seed=" + seed);
        site = new Site(home, new Random(seed));
    }

    @AfterAll
    void stop() {
        if (site != null) {
            site.close();
        }
    }

    static Stream<Flow> flows() {
        String wanted = System.getProperty("flows");
        Stream<Flow> everyRun = Stream.of(
                new LostReplica(),
                new WrongPeers("extra-peer"),
                new WrongPeers("missing-peer"),
                new BadDisk(),
                new OnlyCopy(),
                new SpoiltBlock(),
                new ProbeOnly(),
                new RecoveredDisk(),
                new SlowDisk(),
                new DeadNode(),
                new TwoReplicasAtOnce(),
                new RepairAgainstDecommission(),
                new CancelledDecommission(),
                new ResetDecommission());
        // long: only when asked for by name
        Stream<Flow> byName = Stream.of(new UnmountedDisk(), new Recommission(), new LossOfMajority());
        return wanted == null
                ? everyRun
                : Stream.concat(everyRun, byName).filter(flow -> flow.toString().matches(wanted));
    }

    @ParameterizedTest
    @MethodSource("flows")
    void itEndsWellThoughTheLeaderIsKilled(Flow flow) {
        Tier.requires("flow " + flow, flow.unavailable());
        site.load.awaitAllInSync();
        // drawn for the flow alone, so that it repeats without the others
        Random random = new Random(seed ^ flow.toString().hashCode());
        site.random.setSeed(random.nextLong());
        long moment = random.nextInt(LATEST_KILL_MILLIS);
        long firstEvent = site.lastEvent();
        long begin = System.nanoTime();
        LeaderKill kill = LeaderKill.in(moment, site.load);
        System.out.printf("flow %s: begun, a leader is killed after %d ms%n", flow, moment);
        try (RedundancyWatch watch = new RedundancyWatch(site.admin, site.load.tables(), BETWEEN_LOOKS)) {
            String killed;
            try {
                flow.run(site);
            } finally {
                killed = kill.awaitNext();
                site.usualSettings();
            }
            long millis = (System.nanoTime() - begin) / 1_000_000;
            site.load.awaitAllInSync();
            assertThat(watch.mostMissing()).as(watch.worstAsShown()).isLessThanOrEqualTo(flow.takes());
            site.load.assertNothingUnderWay();
            assertNothingLeftBehind();
            assertThat(codes(firstEvent)).as("events").containsAll(flow.tells());
            site.load.assertNothingLost();
            kill.awaitAllBack(); // it starts during the checks
            System.out.printf(
                    "flow %s: %d ms, %d with all checks; %s was killed%n",
                    flow, millis, (System.nanoTime() - begin) / 1_000_000, killed);
        } catch (AssertionError | RuntimeException failed) {
            System.out.printf("flow %s: FAILED: %s%n", flow, failed);
            kill.awaitAllBack(); // else it would be the next flow's failure, too
            throw failed;
        }
    }

    private TreeSet<String> codes(long after) {
        TreeSet<String> codes = new TreeSet<>();
        site.eventsAfter(after)
                .forEach(e ->
                        codes.add(e.path("kind").asText() + "/" + e.path("code").asText()));
        return codes;
    }

    /** No replica that nobody knows, no disk or datanode out of use, no brake. */
    private void assertNothingLeftBehind() {
        Site.until("no stray replica", () -> site.load.strayReplicas().isEmpty());
        // a datanode that was just started again may not have been missed yet: it is dead for a moment, later
        Site.until("no disk or datanode is out of use", () -> outOfUse().isEmpty());
        assertThat(site.admin.get("/v1/cluster/brake").path("engaged").asBoolean())
                .isFalse();
    }

    private List<JsonNode> outOfUse() {
        return Stream.concat(site.rows("/v1/disks"), site.rows("/v1/nodes"))
                .filter(row -> !row.path("status").asText().equals("Normal"))
                .toList();
    }
}
