package io.kintsugi.cli.seed;

import java.util.List;

/** What {@code recover} prints, word for word as in Pegasus. */
public final class RecoverText {
    private static final String RULE = "=============================\n";

    private RecoverText() {}

    /** What is asked for. @param nodes {@code host:port} each */
    public static String header(int waitSeconds, boolean skipBadNodes, boolean skipLostPartitions, List<String> nodes) {
        return "Wait seconds: " + waitSeconds + "\n"
                + "Skip bad nodes: " + skipBadNodes + "\n"
                + "Skip lost partitions: " + skipLostPartitions + "\n"
                + "Node list:\n"
                + ruled(nodes);
    }

    /**
     * What came of it.
     *
     * @param code {@code ERR_...}
     * @param hints {@code ERROR: ...} or {@code WARNING: ...} each; none, no block of them
     */
    public static String result(String code, List<String> hints) {
        return "Recover result: " + code + "\n" + (hints.isEmpty() ? "" : ruled(hints));
    }

    private static String ruled(List<String> lines) {
        var text = new StringBuilder(RULE);
        lines.forEach(line -> text.append(line).append('\n'));
        return text.append(RULE).toString();
    }
}
