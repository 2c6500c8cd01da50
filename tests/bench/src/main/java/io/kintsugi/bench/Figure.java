package io.kintsugi.bench;

import java.util.Optional;

/**
 * One line of the table.
 *
 * @param unit of the samples
 * @param ratio to a baseline of the same run, if there is one
 * @param target what we want, if anything was promised
 * @param note what else belongs to the figure, "" for nothing
 */
public record Figure(
        String name, String unit, Samples samples, Optional<Ratio> ratio, Optional<Target> target, String note) {

    /** The figure divided by its baseline, sample by sample. */
    public record Ratio(String baseline, Samples samples) {}

    /** A bound for the median of the figure, or of its ratio. */
    public record Target(boolean ofRatio, boolean atMost, double bound) {
        public static Target atMost(double bound) {
            return new Target(false, true, bound);
        }

        public static Target ratioAtMost(double bound) {
            return new Target(true, true, bound);
        }

        public static Target ratioAtLeast(double bound) {
            return new Target(true, false, bound);
        }
    }

    public static Figure of(String name, String unit, Samples samples) {
        return new Figure(name, unit, samples, Optional.empty(), Optional.empty(), "");
    }

    public Figure over(String baseline, Samples ratios) {
        return new Figure(name, unit, samples, Optional.of(new Ratio(baseline, ratios)), target, note);
    }

    public Figure want(Target wanted) {
        return new Figure(name, unit, samples, ratio, Optional.of(wanted), note);
    }

    public Figure noting(String text) {
        return new Figure(name, unit, samples, ratio, target, text);
    }

    /** Whether the median is within the target; empty without one. */
    public Optional<Boolean> met() {
        return target.map(t -> {
            double value = (t.ofRatio ? ratio.orElseThrow().samples() : samples).median();
            return t.atMost ? value <= t.bound : value >= t.bound;
        });
    }
}
