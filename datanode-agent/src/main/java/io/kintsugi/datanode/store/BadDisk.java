package io.kintsugi.datanode.store;

import io.kintsugi.common.wire.Encodable;
import io.kintsugi.common.wire.FieldWriter;
import io.kintsugi.common.wire.Fields;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The errors of one disk, as the agent's own directory keeps them: the disk may refuse to.
 *
 * @param uuid of the disk; "" when it was never opened
 * @param firstSeenMs wall clock of the first error since the disk was last well
 * @param error the last that was told, for people
 * @param broken whether the disk is given up: it stays so, through restarts, until an operator has it recovered
 * @param errors by partition; {@link #NO_PARTITION} counts those of the probe and of the disk as a whole
 */
public record BadDisk(
        String path, String uuid, long firstSeenMs, String error, boolean broken, SortedMap<Integer, Long> errors)
        implements Encodable {
    /** Stands for errors that no partition's work met. */
    public static final int NO_PARTITION = 0;

    public BadDisk {
        errors = Collections.unmodifiableSortedMap(new TreeMap<>(errors));
    }

    /** Before its first error. */
    public static BadDisk none(String path, String uuid, long nowMs) {
        return new BadDisk(path, uuid, nowMs, "", false, new TreeMap<>());
    }

    /** One more error. */
    public BadDisk with(int partition, String what) {
        SortedMap<Integer, Long> more = new TreeMap<>(errors);
        more.merge(partition, 1L, Long::sum);
        return new BadDisk(path, uuid, firstSeenMs, what, broken, more);
    }

    public BadDisk givenUp() {
        return new BadDisk(path, uuid, firstSeenMs, error, true, errors);
    }

    /** Of all partitions. */
    public long count() {
        return errors.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Partitions that met an error, {@link #NO_PARTITION} among them, in order. */
    public List<Integer> partitions() {
        return List.copyOf(errors.keySet());
    }

    @Override
    public void encode(FieldWriter out) {
        out.text(1, path)
                .text(2, uuid)
                .num(3, firstSeenMs)
                .text(4, error)
                .flag(5, broken)
                .nums(6, errors.keySet())
                .nums(7, errors.values());
    }

    static BadDisk decode(Fields in) {
        SortedMap<Integer, Long> errors = new TreeMap<>();
        for (int i = 0; i < in.nums(6).size(); i++) {
            errors.put(in.nums(6).get(i).intValue(), in.nums(7).get(i));
        }
        return new BadDisk(in.text(1), in.text(2), in.num(3), in.text(4), in.flag(5), errors);
    }
}
