package io.kintsugi.master.export;

import io.kintsugi.common.wire.FieldWriter;
import io.kintsugi.common.wire.Fields;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What an export holds, said at its end.
 *
 * @param rows how many of each stored table, by its wire number
 * @param digest of the state: the sum of its rows' hashes, in which events don't count
 */
public record ExportTrailer(SortedMap<Integer, Long> rows, long digest) {
    public ExportTrailer {
        rows = Collections.unmodifiableSortedMap(new TreeMap<>(rows));
    }

    byte[] encode() {
        return new FieldWriter()
                .nums(1, rows.keySet())
                .nums(2, rows.values())
                .num(3, digest)
                .toBytes();
    }

    static ExportTrailer decode(byte[] bytes) {
        Fields in = Fields.parse(bytes);
        List<Long> tables = in.nums(1);
        List<Long> counts = in.nums(2);
        if (tables.size() != counts.size()) {
            throw new IllegalArgumentException(tables.size() + " tables and " + counts.size() + " counts");
        }
        TreeMap<Integer, Long> rows = new TreeMap<>();
        for (int i = 0; i < tables.size(); i++) {
            rows.put(Math.toIntExact(tables.get(i)), counts.get(i));
        }
        return new ExportTrailer(rows, in.num(3));
    }
}
