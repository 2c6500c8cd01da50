package io.kintsugi.cli.output;

import io.kintsugi.cli.CliException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Partitions of a table as one, some or a range of them: {@code 1}, {@code 1,3,5}, {@code 1-5}, {@code 1-3,7}. */
public final class PidList {
    private static final Pattern OF_TABLE = Pattern.compile("(.+)\\.(\\d+(?:[-,]\\d+)+)");
    private static final int MOST = 10_000;

    private PidList() {}

    /** The partitions that {@code t.1-3,7} names; any other word is one partition by its name. */
    public static List<String> named(String partitions) {
        Matcher list = OF_TABLE.matcher(partitions);
        return list.matches() ? of(list.group(1), list.group(2)) : List.of(partitions);
    }

    /** Partitions of a table by name, in the order in which they are given, each once. */
    public static List<String> of(String table, String pids) {
        var names = new ArrayList<String>();
        for (String part : pids.split(",", -1)) {
            int dash = part.indexOf('-');
            int from = number(dash < 0 ? part : part.substring(0, dash), pids);
            int to = dash < 0 ? from : number(part.substring(dash + 1), pids);
            if (to < from || to - from >= MOST) {
                throw bad(pids);
            }
            for (int pid = from; pid <= to; pid++) {
                names.add(table + "." + pid);
            }
        }
        return names.stream().distinct().toList();
    }

    private static int number(String text, String pids) {
        if (!text.matches("\\d{1,9}")) {
            throw bad(pids);
        }
        return Integer.parseInt(text);
    }

    private static CliException bad(String pids) {
        return CliException.usage(
                "BAD_PIDS", "'" + pids + "' names no partitions", "Write 1, or 1,3,5, or 1-5 (at most 10000)");
    }
}
