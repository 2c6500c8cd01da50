package io.kintsugi.master.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.kintsugi.master.model.AttemptEnd;
import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.view.ReplicaFacts;
import io.kintsugi.master.view.ReplicaFacts.Role;
import io.kintsugi.master.view.ReplicaFacts.State;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What disks have spoilt is neither copied nor kept quiet. */
class UnreadableTest {
    private final Clusters c = new Clusters();

    @BeforeEach
    void served() {
        for (int i = 1; i <= 3; i++) {
            c.node("n" + i, "z", 1, 1L << 30);
        }
        c.table("t", 1, 2);
    }

    private Partition p() {
        return c.partition(1);
    }

    private void says(Member m, Role role, String detail) {
        c.soft.put(
                new ReplicaFacts(
                        m.replica(), 1, m.node(), m.disk(), p().epoch(), role, State.OK, 1, 10, 100, 0, 0, detail),
                p(),
                0);
    }

    @Test
    void anAttemptWhoseCopyCannotBeReadIsOverAndSaysWhy() {
        Member m = p().members().get(0);
        assertThat(Destination.failed(c.view(), m)).isEmpty();

        says(m, Role.MEMBER, "COPY_UNREADABLE: the copy of replica 1 can't be read");

        assertThat(Destination.failed(c.view(), m)).hasValueSatisfying(failure -> {
            assertThat(failure.end()).isEqualTo(AttemptEnd.FAILURE);
            assertThat(failure.reason().code()).isEqualTo("COPY_UNREADABLE");
            assertThat(failure.reason().message()).contains("the copy of replica 1 can't be read");
        });
    }

    @Test
    void aReplicaThatServesWhatItCanReadIsNamedWithTheRest() {
        Member primary = p().member(p().primary()).orElseThrow();
        says(primary, Role.PRIMARY, "DATA_UNREADABLE: block checksum mismatch");

        assertThat(ExplainPartition.of(c.view(), p()).findings()).anySatisfy(finding -> {
            assertThat(finding.code()).isEqualTo("DATA_UNREADABLE");
            assertThat(finding.remedy()).contains("restore a backup");
        });
    }
}
