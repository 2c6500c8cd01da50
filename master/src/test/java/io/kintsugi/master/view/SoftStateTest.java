package io.kintsugi.master.view;

import static org.assertj.core.api.Assertions.assertThat;

import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.model.RestoreMutex;
import java.util.List;
import org.junit.jupiter.api.Test;

class SoftStateTest {
    private static final int PARTITION = 1;
    private static final Member MEMBER = new Member(1, 1, 11, 0);
    private static final Member JOINING = new Member(2, 2, 22, 5);

    private final SoftState soft = new SoftState();

    private static Partition partition(Member joining) {
        return new Partition(PARTITION, 1, 0, 5, 1, List.of(MEMBER), joining, 0, List.of(1L), 1, RestoreMutex.STOP, 0);
    }

    private static ReplicaFacts report(long replica, long epoch, long lastIndex) {
        return new ReplicaFacts(
                replica,
                PARTITION,
                (int) replica,
                11 * (int) replica,
                epoch,
                ReplicaFacts.Role.MEMBER,
                ReplicaFacts.State.OK,
                1,
                lastIndex,
                100,
                0,
                0,
                "");
    }

    private void known(Partition p) {
        soft.changed(null, p);
        soft.put(report(1, 5, 1), p, 0);
    }

    @Test
    void aMemberThatOnlyComesFurtherGoesOn() {
        known(partition(null));

        assertThat(soft.goesOn(report(1, 5, 2))).isTrue();

        assertThat(soft.replica(1)).contains(report(1, 5, 2));
    }

    @Test
    void whatStandsOtherwiseOrIsNewIsForTheDrivers() {
        known(partition(null));

        assertThat(soft.goesOn(report(1, 6, 2))).isFalse();
        assertThat(soft.goesOn(report(3, 5, 2))).isFalse();

        assertThat(soft.replica(1)).contains(report(1, 5, 1));
        assertThat(soft.replica(3)).isEmpty();
    }

    @Test
    void whileAReplicaJoinsEveryReportOfThePartitionIsForTheDrivers() {
        known(partition(null));

        soft.changed(partition(null), partition(JOINING));
        assertThat(soft.goesOn(report(1, 5, 2))).isFalse();

        soft.changed(partition(JOINING), partition(null));
        assertThat(soft.goesOn(report(1, 5, 2))).isTrue();
    }

    @Test
    void aStrayNeverGoesOn() {
        known(partition(null));

        soft.changed(partition(null), null);

        assertThat(soft.goesOn(report(1, 5, 2))).isFalse();
    }
}
