package io.kintsugi.master.view;

import static org.assertj.core.api.Assertions.assertThat;

import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.model.RestoreMutex;
import java.util.List;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class CopyBookTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final Member SOURCE = new Member(1, 1, 11, 0);
    private static final Member JOINING = new Member(2, 2, 22, 5);

    private final SoftState soft = new SoftState();

    private static Partition partition(Member joining) {
        return new Partition(1, 1, 0, 5, 1, List.of(SOURCE), joining, 1, List.of(1L), 1, RestoreMutex.FORBIDDEN, 9);
    }

    private void report(ReplicaFacts.State state, long done, long total, long now) {
        soft.put(
                new ReplicaFacts(2, 1, 2, 22, 5, ReplicaFacts.Role.MEMBER, state, 0, 0, 0, done, total, ""),
                partition(JOINING),
                now);
    }

    @Property(tries = 200)
    void theShareNeverGoesBackWhateverIsReported(
            @ForAll @Size(min = 1, max = 30) List<@IntRange(max = 1_000) Integer> done,
            @ForAll @IntRange(min = 1, max = 2_000) int total) {
        CopyBookTest t = new CopyBookTest();
        double last = 0;
        for (int i = 0; i < done.size(); i++) {
            t.report(ReplicaFacts.State.SEEDING, done.get(i), total + i % 3 * 500, i * SECOND);
            double share = t.soft.copied(2).orElseThrow().share();
            assertThat(share).isGreaterThanOrEqualTo(last).isLessThanOrEqualTo(1);
            last = share;
        }
    }

    @Test
    void bytesCountForTheReplicaAndForTheDiskThatTheyLeave() {
        for (int s = 0; s <= 10; s++) {
            report(ReplicaFacts.State.SEEDING, 1_000L * s, 100_000, s * SECOND);
        }
        assertThat(soft.perSecondInto(2, 10 * SECOND)).hasValue(1_000);
        assertThat(soft.perSecondOff(11, 10 * SECOND)).hasValue(1_000);
        assertThat(soft.perSecondOff(22, 10 * SECOND)).isEmpty();
    }

    @Test
    void whatAnEarlierLeaderSawCopiedIsNoRateOfThisOne() {
        report(ReplicaFacts.State.SEEDING, 1L << 40, 1L << 41, 0);
        report(ReplicaFacts.State.SEEDING, 1L << 40, 1L << 41, 5 * SECOND);
        assertThat(soft.perSecondInto(2, 5 * SECOND)).hasValue(0);
    }

    @Test
    void nothingIsKeptOfACopyThatIsOver() {
        report(ReplicaFacts.State.SEEDING, 10, 100, 0);
        assertThat(soft.copied(2)).contains(new Copied(10, 100));
        soft.changed(partition(JOINING), partition(null));
        assertThat(soft.copied(2)).isEmpty();
        assertThat(soft.perSecondInto(2, 5 * SECOND)).isEmpty();
    }

    @Test
    void aMembersReportsAreNoCopy() {
        soft.put(
                new ReplicaFacts(1, 1, 1, 11, 5, ReplicaFacts.Role.PRIMARY, ReplicaFacts.State.OK, 0, 0, 99, 7, 7, ""),
                partition(JOINING),
                0);
        assertThat(soft.copied(1)).isEmpty();
    }
}
