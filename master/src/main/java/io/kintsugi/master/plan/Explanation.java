package io.kintsugi.master.plan;

import java.util.List;

/** Why something is as it is, as the API shows it: problems first. */
public record Explanation(String subject, String summary, List<Finding> findings) {
    static Explanation of(String subject, String whenOk, List<Finding> findings) {
        List<Finding> sorted = findings.stream()
                .sorted((a, b) -> Integer.compare(rank(a), rank(b)))
                .toList();
        String summary = sorted.stream()
                .filter(f -> !f.level().equals(Finding.OK))
                .findFirst()
                .map(Finding::message)
                .orElse(whenOk);
        return new Explanation(subject, summary, sorted);
    }

    private static int rank(Finding f) {
        return switch (f.level()) {
            case Finding.PROBLEM -> 0;
            case Finding.WAITS -> 1;
            default -> 2;
        };
    }
}
