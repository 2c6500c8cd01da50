package io.kintsugi.master.view;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class RateMeterTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    @Test
    void nothingIsSaidAfterTooShortALook() {
        RateMeter meter = new RateMeter();
        assertThat(meter.perSecond(1, 0)).isEmpty();
        meter.add(1, 100, 0);
        meter.add(1, 100, SECOND);
        assertThat(meter.perSecond(1, SECOND)).isEmpty();
        assertThat(meter.perSecond(1, 2 * SECOND)).hasValue(50);
    }

    @Test
    void aSteadyCopyHasItsRateHoweverLongItRuns() {
        RateMeter meter = new RateMeter();
        for (int tick = 0; tick <= 1_000; tick++) {
            meter.add(7, 100, tick * SECOND / 10);
        }
        assertThat(meter.perSecond(7, 100 * SECOND).orElseThrow()).isBetween(900L, 1_100L);
    }

    @Test
    void whoStoppedHasNoRateAndBeginsAnew() {
        RateMeter meter = new RateMeter();
        for (int s = 0; s <= 10; s++) {
            meter.add(1, 1_000, s * SECOND);
        }
        assertThat(meter.perSecond(1, 100 * SECOND)).isEmpty();
        meter.add(1, 1 << 30, 100 * SECOND);
        assertThat(meter.perSecond(1, 101 * SECOND)).isEmpty();
        assertThat(meter.perSecond(1, 103 * SECOND)).hasValue(0);
        meter.forget(1);
        assertThat(meter.perSecond(1, 103 * SECOND)).isEmpty();
    }

    @Property(tries = 200)
    void neverMoreThanWhatWasAddedInTheWindow(
            @ForAll @Size(min = 1, max = 200) List<@IntRange(max = 1_000) Integer> gapsMillis) {
        RateMeter meter = new RateMeter();
        long now = 0;
        for (int gap : gapsMillis) {
            now += TimeUnit.MILLISECONDS.toNanos(gap);
            meter.add(1, 1_000, now);
        }
        long total = 1_000L * gapsMillis.size();
        long first = TimeUnit.MILLISECONDS.toNanos(gapsMillis.getFirst());
        long span = Math.min(now - first, RateMeter.WINDOW_NANOS);
        meter.perSecond(1, now).ifPresent(rate -> assertThat(rate).isBetween(0L, total * SECOND / span));
    }
}
