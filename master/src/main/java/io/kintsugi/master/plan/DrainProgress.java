package io.kintsugi.master.plan;

import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.OpStatus;
import io.kintsugi.master.view.View;
import java.util.Comparator;
import java.util.List;

/**
 * How far an op is, as the API shows it. A component is null where there is nothing to say.
 *
 * @param percent 0 to 100, with one decimal; never goes back within an attempt, and is 100 only when the op has succeeded
 * @param bytesPerSecond measured over the last seconds
 * @param etaSeconds what is left by the measured rate
 * @param verdict ok, slow, stuck, waiting or ended
 * @param bottleneck what makes it slow, stuck or wait
 * @param knob the setting to change, or the command to give
 */
public record DrainProgress(
        Counts partitions,
        double percent,
        long bytesDone,
        long bytesTotal,
        Long bytesPerSecond,
        Long etaSeconds,
        String verdict,
        String bottleneck,
        String knob,
        List<WaitingFor> waitingFor) {
    /** Every partition once: {@code total} is the sum of the others. */
    public record Counts(int total, int moved, int running, int waiting, int failed, int ignored) {}

    /** So many partitions wait for the same; the message is that of one of them. */
    public record WaitingFor(String reason, int count, String message) {}

    public static DrainProgress of(View view, Op op, Survey survey) {
        Tally t = Tally.of(view, op, survey);
        Long rate = t.rate() < 0 || op.ended() ? null : t.rate();
        Long eta = rate == null || rate == 0 || t.running().isEmpty() || t.done() >= t.bytes()
                ? null
                : (t.bytes() - t.done() + rate - 1) / rate;
        Verdict verdict = Verdict.of(view, op, t, eta);
        return new DrainProgress(
                new Counts(t.total(), t.moved(), t.running().size(), t.waiting(), t.failed(), t.ignored()),
                percent(op, t),
                t.done(),
                t.bytes(),
                rate,
                eta,
                verdict.verdict(),
                verdict.bottleneck(),
                verdict.knob(),
                t.waits().stream()
                        .sorted(Comparator.comparing((Waiting w) -> w.reason().passing())
                                .thenComparing(w -> -w.count()))
                        .map(w -> new WaitingFor(
                                w.reason().code(), w.count(), w.reason().message()))
                        .toList());
    }

    private static double percent(Op op, Tally t) {
        if (op.status() == OpStatus.SUCCESS) {
            return 100;
        }
        double over = t.moved() + t.share() + (op.ended() ? 0 : t.ignored());
        double percent = t.total() == 0 ? 0 : 100 * over / t.total();
        return Math.min(99.9, Math.floor(percent * 10) / 10);
    }
}
