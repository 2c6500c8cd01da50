package io.kintsugi.master.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.OpStatus;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.model.RestoreMutex;
import io.kintsugi.master.model.Setting;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The checks find what they are there to find: a sound state is spoiled behind the appliers' back. */
class InvariantsTest {
    private final TestCluster c = TestCluster.of(4, 2);
    private long move;
    private State sound;

    @BeforeEach
    void aMoveUnderWay() {
        c.table("t", List.of(List.of(3, 1), List.of(3, 1)));
        move = c.admit(c.drain(1), 1);
        c.ok(c.start(move, 5));
        sound = (State) c.state;
        assertThat(Invariants.violations(sound)).isEmpty();
    }

    private void found(State spoiled, String part) {
        assertThat(Invariants.violations(spoiled)).anyMatch(v -> v.contains(part));
    }

    private State with(Partition p) {
        return sound.with(Schema.PARTITIONS, p.id(), p);
    }

    @Test
    void spoiledConfigurations() {
        Partition p = c.partition(2);
        found(with(p.configured(p.members(), null, 0, List.of(3L, 99L), 3)), "are no members");
        found(with(p.configured(p.members(), null, 0, List.of(3L), 4)), "isn't in-sync");
        found(with(p.configured(p.members(), null, 0, List.of(), 0)), "no in-sync");
        found(with(p.withTarget(0)), "should have 0 members");
        List<Member> crowded = List.of(p.members().get(0), new Member(4, 2, 4, 0));
        found(with(p.configured(crowded, null, 0, p.inSync(), 3)), "two replicas on node 2");
        List<Member> reused = List.of(p.members().get(0), new Member(1, 1, 1, 0));
        found(with(p.configured(reused, null, 0, List.of(1L, 3L), 3)), "replica id 1 is in use twice");
    }

    @Test
    void spoiledOwnership() {
        found(with(c.partition(2).ownedBy(RestoreMutex.FORBIDDEN, move)), "isn't an open op of it");
        found(with(c.partition(1).ownedBy(RestoreMutex.RUNNING, move)), "mutex RUNNING of op");
        found(with(c.partition(1).ownedBy(RestoreMutex.STOP, 0)), "doesn't hold the mutex");
        found(sound.with(Schema.OPS, move, c.op(move).to(OpStatus.FAILED, "", "", 1)), "isn't an open op of it");
        found(sound.with(Schema.OPS, move, null), "isn't an open op of it");
        found(sound.with(Schema.DISKS, 1, c.disk(1).drained()), "is DRAINED by op");
    }

    @Test
    void spoiledBookkeeping() {
        found(sound.withDigest(sound.digest() + 1), "digest");
        found(sound.with(Schema.COUNTERS, Counter.REPLICA.wire(), 1L), "above its counter");
        State staleIndex = sound.with(Schema.PARTITIONS, 2, null);
        found(staleIndex, "slots");
        sound.indexes().partitionsByDisk = sound.indexes().partitionsByDisk.minus(3);
        found(sound, "index partitionsByDisk");
    }

    @Test
    void exceededLimits() {
        assertThat(Invariants.limitsExceeded(sound)).isEmpty();
        State lowered = sound.with(Schema.SETTINGS, Setting.DECOMMISSION_DP_LIMIT.key(), "0")
                .with(Schema.SETTINGS, Setting.DECOMMISSION_DISK_LIMIT.key(), "0")
                .with(Schema.SETTINGS, Setting.INCOMING_COPIES_PER_DISK.key(), "0");
        assertThat(Invariants.limitsExceeded(lowered)).hasSize(3);
    }
}
