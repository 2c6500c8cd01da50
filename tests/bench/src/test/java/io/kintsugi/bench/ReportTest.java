package io.kintsugi.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {
    @Test
    void theMedianIsTheMiddleOne() {
        assertThat(Samples.of(9, 1, 2).median()).isEqualTo(2);
        assertThat(Samples.of(4, 1, 2, 9).median()).isEqualTo(3);
        assertThatThrownBy(() -> new Samples(List.of())).hasMessageContaining("no sample");
    }

    @Test
    void aTargetBoundsTheMedianOfTheFigureOrOfItsRatio() {
        Figure seconds = Figure.of("f", "s", Samples.of(0.9, 1.2, 1.1)).over("copy", Samples.of(3, 4, 5));

        assertThat(seconds.met()).isEmpty();
        assertThat(seconds.want(Figure.Target.atMost(1.1)).met()).contains(true);
        assertThat(seconds.want(Figure.Target.atMost(1.0)).met()).contains(false);
        assertThat(seconds.want(Figure.Target.ratioAtMost(3.9)).met()).contains(false);
        assertThat(seconds.want(Figure.Target.ratioAtLeast(4)).met()).contains(true);
    }

    @Test
    void theTableNamesWhatWasMissedAndWhatFailed() {
        Report report = new Report();
        report.add(List.of(Figure.of("drain", "s", Samples.of(2, 4, 3))
                .over("plain copy", Samples.of(2.5))
                .want(Figure.Target.ratioAtMost(2))));
        report.failed("idle", "no cluster");
        ByteArrayOutputStream out = new ByteArrayOutputStream();

        report.print(new PrintStream(out, true, StandardCharsets.UTF_8));

        assertThat(out.toString(StandardCharsets.UTF_8).lines().skip(1))
                .containsExactly(
                        "drain | 3.00 s | 2.50 × plain copy     | ratio ≤ 2.00  MISSED | 2.00 – 4.00 (3); ratio 2.50 – 2.50 |",
                        "not measured: idle: no cluster");
        assertThat(report.complete()).isFalse();
    }

    @Test
    void jsonHoldsEverySample(@TempDir Path dir) throws Exception {
        Report report = new Report();
        report.add(List.of(Figure.of("drain", "s", Samples.of(2, 4)).want(Figure.Target.atMost(3))));
        Path file = dir.resolve("figures.json");

        report.writeJson(file);

        JsonNode row =
                new ObjectMapper().readTree(file.toFile()).path("figures").path(0);
        assertThat(row.path("samples")).hasSize(2);
        assertThat(row.path("median").asDouble()).isEqualTo(3);
        assertThat(row.path("target").path("met").asBoolean()).isTrue();
    }

    @Test
    void aClosedLoopCountsAnswersAndFailsWithTheRequests() {
        ClosedLoop.Result fine =
                ClosedLoop.async(4, Duration.ZERO, Duration.ofMillis(20), c -> CompletableFuture.completedFuture(c));

        assertThat(fine.answered()).isPositive();
        assertThatThrownBy(() -> ClosedLoop.threads(
                        2,
                        Duration.ZERO,
                        Duration.ofMillis(20),
                        c -> CompletableFuture.failedFuture(new IllegalArgumentException("refused"))))
                .hasMessageContaining("refused");
    }
}
