package io.kintsugi.chaos.availability;

import java.util.List;

/**
 * A row of the table in docs/operate/high-availability.md: a partition of so many replicas loses so many of its datanodes. Nothing that was
 * acknowledged is lost in any of them.
 *
 * @param served whether it is read and written meanwhile
 * @param back when it is served again, and all its replicas in-sync, by itself
 */
record Row(int replicas, int lost, How how, Among primary, boolean served, Back back) {
    /** How several are lost. */
    enum How {
        ONE("1"),
        ONE_AFTER_ANOTHER("%d, one after another"),
        AT_ONCE("%d at once");

        private final String words;

        How(String words) {
            this.words = words;
        }
    }

    /** Whether the primary's datanode is among them. */
    enum Among {
        YES("yes"),
        NO("no"),
        EITHER("–");

        private final String words;

        Among(String words) {
            this.words = words;
        }

        static Among of(boolean yes) {
            return yes ? YES : NO;
        }
    }

    /** Who has to return before a partition that wasn't served is served. */
    enum Back {
        NOBODY("served throughout; each that returns catches up"),
        THE_LAST_LOST("when the one that was lost last is back"),
        ALL("at the latest when all are back");

        private final String words;

        Back(String words) {
            this.words = words;
        }
    }

    /** All of them: for each loss of a partition there is one. */
    static final List<Row> ALL = List.of(
            new Row(1, 1, How.ONE, Among.YES, false, Back.THE_LAST_LOST),
            new Row(2, 1, How.ONE, Among.NO, true, Back.NOBODY),
            new Row(2, 1, How.ONE, Among.YES, true, Back.NOBODY),
            new Row(2, 2, How.ONE_AFTER_ANOTHER, Among.EITHER, false, Back.THE_LAST_LOST),
            new Row(2, 2, How.AT_ONCE, Among.YES, false, Back.ALL),
            new Row(3, 1, How.ONE, Among.NO, true, Back.NOBODY),
            new Row(3, 1, How.ONE, Among.YES, true, Back.NOBODY),
            new Row(3, 2, How.ONE_AFTER_ANOTHER, Among.EITHER, true, Back.NOBODY),
            new Row(3, 2, How.AT_ONCE, Among.NO, true, Back.NOBODY),
            new Row(3, 2, How.AT_ONCE, Among.YES, true, Back.NOBODY),
            new Row(3, 3, How.ONE_AFTER_ANOTHER, Among.EITHER, false, Back.THE_LAST_LOST),
            new Row(3, 3, How.AT_ONCE, Among.YES, false, Back.ALL));

    /** The row of what a partition has lost. */
    static Row of(int replicas, int lost, boolean atOnce, boolean primary) {
        How how = lost == 1 ? How.ONE : atOnce ? How.AT_ONCE : How.ONE_AFTER_ANOTHER;
        return ALL.stream()
                .filter(r -> r.replicas == replicas && r.lost == lost && r.how == how)
                .filter(r -> r.primary == Among.EITHER || r.primary == Among.of(primary))
                .reduce((a, b) -> {
                    throw new IllegalStateException("two rows for the same: " + a + ", " + b);
                })
                .orElseThrow(() -> new IllegalStateException(
                        "no row for " + lost + " of " + replicas + " lost, " + how + ", primary " + primary));
    }

    /** As the page has it, without the test's name. */
    String onThePage() {
        return "| %d | %s | %s | %s | %s |"
                .formatted(
                        replicas,
                        how.words.formatted(lost),
                        primary.words,
                        served ? "reads and writes" : "nothing",
                        back.words);
    }
}
