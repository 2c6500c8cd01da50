package io.kintsugi.cli;

/** Rows as the admin API gives them. */
public final class Rows {
    private Rows() {}

    /** An op that drains a disk, of 12 partitions and 3 GiB. @param verdict and the fields after it, as JSON */
    public static String op(int id, String status, int moved, String verdict, String... more) {
        boolean ended = verdict.equals("\"ended\"");
        return """
                {"id":%d,"kind":"DiskDecommission","target":"d1:/a","parent":null,"status":"%s","step":"","reason":"","message":"",
                 "attempts":1,"rollbacks":0,"failures":0,"weight":2,"intent":"None","notBefore":null,"acknowledged":false,
                 "source":null,"destination":null,"requestedBy":"api","children":[],"story":[],
                 "createdAt":"2026-11-01T09:00:00Z","updatedAt":"2026-11-01T09:00:10Z","endedAt":%s,
                 "progress":{"partitions":{"total":12,"moved":%d,"running":%d,"waiting":0,"failed":0,"ignored":0},
                  "percent":%d,"bytesDone":%d,"bytesTotal":3221225472,"bytesPerSecond":%s,"etaSeconds":%s,
                  "verdict":%s,"bottleneck":null,"knob":null,"waitingFor":[]%s}}""".formatted(
                        id,
                        status,
                        ended ? "\"2026-11-01T09:00:41.200Z\"" : "null",
                        moved,
                        12 - moved,
                        moved * 100 / 12,
                        3221225472L / 12 * moved,
                        ended ? "null" : "59055800",
                        ended ? "null" : "32",
                        verdict,
                        String.join("", more));
    }

    /** The same text with a field's value replaced. */
    public static String with(String row, String field, String value) {
        String changed = row.replaceFirst(
                "\"" + field + "\":(null|\\[\\]|true|false|\"[^\"]*\"|-?[0-9]+)",
                java.util.regex.Matcher.quoteReplacement("\"" + field + "\":" + value));
        if (changed.equals(row)) {
            throw new IllegalArgumentException("no field " + field + " to change in " + row);
        }
        return changed;
    }
}
