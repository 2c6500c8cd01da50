package io.kintsugi.master.driver;

import static org.assertj.core.api.Assertions.assertThat;

import io.kintsugi.master.command.Command;
import io.kintsugi.master.model.Disk;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.OpKind;
import io.kintsugi.master.model.OpStatus;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.plan.balance.BalanceGate;
import io.kintsugi.master.plan.balance.BalanceState;
import io.kintsugi.master.sim.Laws;
import io.kintsugi.master.sim.SimCluster;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Three datanodes of two disks hold twelve partitions of three replicas; a fourth comes, empty. */
class BalanceDriverTest {
    private static final Duration LONG = Duration.ofMinutes(10);
    private final SimCluster c = new SimCluster(3, 2);

    BalanceDriverTest() {
        Laws.watch(c, 4);
        c.createTable("t", 12, 3);
        c.add("d4", "default", 2);
        c.run(
                "d4 registers",
                Duration.ofSeconds(10),
                () -> c.masters().state().nodes().size() == 4);
    }

    private void set(String name, String value) {
        c.ask(new Command.SetSettings(Map.of(name, value)));
    }

    private int replicas(String node) {
        return c.masters().state().disksOfNode(c.id(node)).stream()
                .mapToInt(d -> c.masters().state().partitionsOnDisk(d.id()).size())
                .sum();
    }

    private long primaries(String node) {
        int id = c.id(node);
        return c.partitions().stream()
                .filter(p -> p.member(p.primary()).filter(m -> m.node() == id).isPresent())
                .count();
    }

    private boolean even() {
        return c.healthy()
                && List.of("d1", "d2", "d3", "d4").stream()
                        .allMatch(n -> replicas(n) >= 8 && replicas(n) <= 10 && primaries(n) >= 2 && primaries(n) <= 4)
                && c.masters().state().openOps().isEmpty();
    }

    private List<Op> asked() {
        return c.moves().stream().filter(BalanceGate::isBalance).toList();
    }

    @Test
    void nothingIsDoneUnasked() {
        c.world().run(LONG);
        assertThat(c.masters().state().ops()).isEmpty();
        assertThat(replicas("d4")).isZero();
    }

    @Test
    void switchedOnItEvensOutAndThenLeavesItSo() {
        set("AutoBalance", "true");
        c.run("even", LONG, this::even);
        int moves = asked().size();
        assertThat(asked())
                .allMatch(op ->
                        op.status() == OpStatus.SUCCESS && op.requestedBy().equals("balance"));
        assertThat(moves).isBetween(8, 12);
        List<Partition> before = c.partitions();
        c.world().run(Duration.ofHours(1));
        assertThat(asked()).hasSize(moves);
        assertThat(c.partitions()).isEqualTo(before);
        assertThat(BalanceState.of(c.view()).state()).isEqualTo(BalanceState.EVEN);
    }

    @Test
    void fewAtATime() {
        set("BalanceLimit", "1");
        set("AutoBalance", "true");
        c.run("even", LONG, () -> {
            assertThat(asked().stream().filter(op -> !op.ended()).count()).isLessThanOrEqualTo(1);
            return even();
        });
    }

    @Test
    void aPassEndsWhenItIsEvenThoughLeadersDie() {
        c.copyTime(Duration.ofSeconds(2));
        long pass = c.ask(new Command.StartBalance());
        assertThat(c.op(pass).kind()).isEqualTo(OpKind.BALANCE);
        for (int i = 1; i <= 3; i++) {
            int many = 2 * i;
            c.run(many + " moves", LONG, () -> asked().size() >= many);
            c.masters().killLeader();
        }
        c.run("ended", LONG, () -> c.op(pass).status() == OpStatus.SUCCESS);
        assertThat(even()).isTrue();
        c.add("d5", "default", 1);
        c.world().run(LONG);
        assertThat(replicas("d5")).isZero();
    }

    @Test
    void aDrainGoesFirstAndItsDiskGetsNothing() {
        c.copyTime(Duration.ofSeconds(2));
        set("AutoBalance", "true");
        c.run("begun", LONG, () -> !asked().isEmpty());
        Disk drained = c.disk("d4", "/0");
        long drain = c.drain("d4", "/0");
        c.copyTime(Duration.ofMillis(100));
        c.run("drained", LONG, () -> c.op(drain).status() == OpStatus.SUCCESS);
        c.run(
                "the rest is even",
                LONG,
                () -> c.masters().state().openOps().isEmpty()
                        && BalanceState.of(c.view()).state().equals(BalanceState.EVEN));
        assertThat(c.masters().state().partitionsOnDisk(drained.id())).isEmpty();
        assertThat(c.masters().state().partitionsOnDisk(c.disk("d4", "/1").id()).size())
                .isGreaterThanOrEqualTo(4);
    }

    @Test
    void cancelledItBeginsNothingMore() {
        c.copyTime(Duration.ofSeconds(2));
        long pass = c.ask(new Command.StartBalance());
        c.run("begun", LONG, () -> !asked().isEmpty());
        c.ask(new Command.CancelOp(pass));
        c.run("what runs ends", LONG, () -> c.masters().state().openOps().isEmpty());
        int moves = asked().size();
        c.world().run(LONG);
        assertThat(asked()).hasSize(moves);
        assertThat(even()).isFalse();
    }

    /** Its moves were taken back as it was switched off: nobody has looked at how they ended when the next pass is asked for. */
    @Test
    void whatCameToNothingBeforeIsNotHeldAgainstAPass() {
        c.copyTime(Duration.ofSeconds(20));
        set("AutoBalance", "true");
        c.run("copying", LONG, () -> asked().stream().anyMatch(op -> op.holdsToken()));
        c.world().run(Duration.ofSeconds(5)); // by then it knows of them
        set("AutoBalance", "false");
        asked().forEach(op -> c.ask(new Command.CancelOp(op.id())));
        c.run("taken back", LONG, () -> c.masters().state().openOps().isEmpty());
        assertThat(asked()).anyMatch(op -> op.tries().attempts() > 0 && op.status() == OpStatus.CANCELLED);
        c.copyTime(Duration.ofMillis(100));

        long pass = c.ask(new Command.StartBalance());
        c.run("ended", LONG, () -> c.op(pass).ended());

        assertThat(c.op(pass).status()).as("%s", c.op(pass)).isEqualTo(OpStatus.SUCCESS);
        assertThat(even()).isTrue();
    }

    @Test
    void theBrakeHoldsItUntilItIsReleased() {
        c.ask(new Command.EngageBrake("TEST", "by a test"));
        long pass = c.ask(new Command.StartBalance());
        c.world().run(LONG);
        assertThat(asked()).isEmpty();
        assertThat(BalanceState.of(c.view()).reason()).isEqualTo("AUTOMATIC_WORK_STOPPED");
        c.ask(new Command.ReleaseBrake());
        c.run("ended", LONG, () -> c.op(pass).status() == OpStatus.SUCCESS);
        assertThat(even()).isTrue();
    }

    @Test
    void whatIsNotWholeIsLeftAloneAndSaid() {
        Partition p = c.partitions().getFirst();
        long held = p.members().stream()
                .mapToLong(m -> m.replica())
                .filter(r -> r != p.primary())
                .findFirst()
                .orElseThrow();
        set("AutoFailover", "false");
        c.ask(new Command.HoldReplica(p.id(), p.epoch(), held, 0));
        long pass = c.ask(new Command.StartBalance());
        c.run("ended", LONG, () -> c.op(pass).ended());
        assertThat(c.op(pass).reason()).isEqualTo("PARTITIONS_LEFT_ALONE");
        assertThat(asked()).noneMatch(op -> op.move().partition() == p.id());
        assertThat(replicas("d4")).isGreaterThanOrEqualTo(8);
    }

    /** A move might copy from the wrong one, and take away the right one. */
    @Test
    void whoseReplicasDifferIsLeftAlone() {
        set("AutoDpMetaRepairMode", "off");
        List<Partition> differ = c.partitions().subList(0, 6);
        for (Partition p : differ) {
            p.members().stream()
                    .filter(m -> m.replica() != p.primary())
                    .findFirst()
                    .ifPresent(m -> c.node(m.node()).rot(m.replica()));
        }
        c.get(c.masters().service().verify(differ.stream().map(Partition::id).toList()));
        c.run("compared", LONG, () -> c.view().reports().differing().size() == differ.size());
        long pass = c.ask(new Command.StartBalance());
        c.run("ended", LONG, () -> c.op(pass).ended());
        assertThat(c.op(pass).reason()).isEqualTo("PARTITIONS_LEFT_ALONE");
        assertThat(c.partitions()).containsAll(differ);
        assertThat(asked()).isNotEmpty();
    }
}
