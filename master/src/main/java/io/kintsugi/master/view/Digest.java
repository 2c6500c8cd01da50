package io.kintsugi.master.view;

import java.util.ArrayList;
import java.util.List;

/**
 * What a replica was counted to hold right after one entry of its log, the mark: replicas that hold the same have the same, at the same mark.
 *
 * @param request that the mark was made for
 * @param epoch of the mark
 * @param index of the mark
 * @param takenMillis wall clock of the primary that made the mark
 * @param records live ones
 * @param bytes of their keys and values
 * @param ranges sums of hashes of records, by hash of the key; the last of clients' sessions. Or their {@link #brief fold} alone
 */
public record Digest(
        long request, long epoch, long index, long takenMillis, long records, long bytes, List<Long> ranges) {
    private static final long MIX = 0x9E3779B97F4A7C15L;

    /** Whether both were counted at the same entry: then, and only then, they can be compared. */
    public boolean sameMark(Digest other) {
        return epoch == other.epoch && index == other.index;
    }

    /** Whether its mark lies behind the other's. */
    boolean after(Digest other) {
        return epoch != other.epoch ? epoch > other.epoch : index > other.index;
    }

    /** Whether the replicas held the same. */
    public boolean equalContent(Digest other) {
        return records == other.records && bytes == other.bytes && fold() == other.fold();
    }

    /** The places of ranges that differ, where both still have them. */
    public List<Integer> differing(Digest other) {
        List<Integer> places = new ArrayList<>();
        if (ranges.size() == other.ranges.size()) {
            for (int i = 0; i < ranges.size(); i++) {
                if (!ranges.get(i).equals(other.ranges.get(i))) {
                    places.add(i);
                }
            }
        }
        return places;
    }

    /** The same without its ranges, for keeping: enough to say whether another is equal. */
    Digest brief() {
        return new Digest(request, epoch, index, takenMillis, records, bytes, List.of(fold()));
    }

    private long fold() {
        if (ranges.size() == 1) {
            return ranges.getFirst();
        }
        long fold = 0;
        for (long range : ranges) {
            fold = (fold ^ range) * MIX;
            fold ^= fold >>> 32;
        }
        return fold;
    }
}
