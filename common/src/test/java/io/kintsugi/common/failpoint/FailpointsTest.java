package io.kintsugi.common.failpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.kintsugi.common.failpoint.Failpoints.Action;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class FailpointsTest {
    @Test
    void refusesToBeArmedUnlessAllowed() {
        Failpoints none = Failpoints.none();
        none.hit("a");
        assertThat(none.list()).isEmpty();
        assertThatThrownBy(() -> none.set("a", Action.PAUSE)).hasMessageContaining("--failpoints");
    }

    @Test
    void pauseHoldsAThreadUntilItIsOff() {
        Failpoints failpoints = new Failpoints(true);
        failpoints.set("a", Action.PAUSE);
        CompletableFuture<Void> passed = CompletableFuture.runAsync(() -> failpoints.hit("a"));
        await().until(() -> failpoints.list().get("a").paused() == 1);
        assertThat(passed).isNotDone();
        failpoints.set("a", Action.OFF);
        await().until(passed::isDone);
        assertThat(failpoints.list().get("a")).isEqualTo(new Failpoints.Status(Action.OFF, 1, 0));
    }

    /** As a process names its points. */
    public static final class Names {
        public static final String A = "a";
        public static final String B = "b";

        private Names() {}
    }

    @Test
    void declaredPointsAreListedAndNoOthersCanBeArmed() {
        Failpoints failpoints = new Failpoints(true).declare(Names.class);
        assertThat(failpoints.list()).containsOnlyKeys("a", "b");
        assertThatThrownBy(() -> failpoints.set("c", Action.PAUSE))
                .hasMessageContaining("'c'")
                .hasMessageContaining("a, b");
        failpoints.set("b", Action.EXIT);
        assertThat(failpoints.list().get("b").action()).isEqualTo(Action.EXIT);
    }

    @Test
    void exitEndsTheProcessAlsoFromAPause() {
        AtomicInteger exits = new AtomicInteger();
        Failpoints failpoints = new Failpoints(true, exits::incrementAndGet);
        failpoints.set("a", Action.PAUSE);
        CompletableFuture<Void> passed = CompletableFuture.runAsync(() -> failpoints.hit("a"));
        await().until(() -> failpoints.list().get("a").paused() == 1);
        failpoints.set("a", Action.EXIT);
        await().until(passed::isDone);
        failpoints.hit("a");
        failpoints.hit("b");
        assertThat(exits).hasValue(2);
    }
}
