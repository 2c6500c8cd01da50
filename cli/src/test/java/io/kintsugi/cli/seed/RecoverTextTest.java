package io.kintsugi.cli.seed;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Word for word as in the seed. */
class RecoverTextTest {
    private static final List<String> THREE = List.of("x.x.x.x:34801", "x.x.x.x:34802", "x.x.x.x:34803");

    @Test
    void allWentWell() {
        assertThat(RecoverText.header(100, false, false, THREE) + RecoverText.result("ERR_OK", List.of()))
                .isEqualTo("""
                        Wait seconds: 100
                        Skip bad nodes: false
                        Skip lost partitions: false
                        Node list:
                        =============================
                        x.x.x.x:34801
                        x.x.x.x:34802
                        x.x.x.x:34803
                        =============================
                        Recover result: ERR_OK
                        """);
    }

    @Test
    void whatIsWrongStandsBetweenRules() {
        assertThat(RecoverText.header(100, false, false, THREE)
                        + RecoverText.result(
                                "ERR_TRY_AGAIN",
                                List.of("ERROR: partition(1.0) has no replica collected, you can force recover it by"
                                        + " set skip_lost_partitions option")))
                .isEqualTo("""
                        Wait seconds: 100
                        Skip bad nodes: false
                        Skip lost partitions: false
                        Node list:
                        =============================
                        x.x.x.x:34801
                        x.x.x.x:34802
                        x.x.x.x:34803
                        =============================
                        Recover result: ERR_TRY_AGAIN
                        =============================
                        ERROR: partition(1.0) has no replica collected, you can force recover it by set skip_lost_partitions option
                        =============================
                        """);
    }

    @Test
    void whatWasSkippedIsSaidALineEach() {
        assertThat(RecoverText.header(100, true, false, THREE)
                        + RecoverText.result(
                                "ERR_OK",
                                List.of(
                                        "WARNING: collect app and replica info from node(x.x.x.x:34804) failed with"
                                                + " err(ERR_NETWORK_FAILURE), skip the bad node",
                                        "WARNING: partition(1.0) only collects 2/3 of replicas, may lost data",
                                        "WARNING: partition(1.1) only collects 2/3 of replicas, may lost data")))
                .isEqualTo("""
                        Wait seconds: 100
                        Skip bad nodes: true
                        Skip lost partitions: false
                        Node list:
                        =============================
                        x.x.x.x:34801
                        x.x.x.x:34802
                        x.x.x.x:34803
                        =============================
                        Recover result: ERR_OK
                        =============================
                        WARNING: collect app and replica info from node(x.x.x.x:34804) failed with err(ERR_NETWORK_FAILURE), skip the bad node
                        WARNING: partition(1.0) only collects 2/3 of replicas, may lost data
                        WARNING: partition(1.1) only collects 2/3 of replicas, may lost data
                        =============================
                        """);
    }
}
