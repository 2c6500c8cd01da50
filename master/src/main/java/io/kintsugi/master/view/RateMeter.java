package io.kintsugi.master.view;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Bytes a second over the last {@link #WINDOW_NANOS}, by subject. One thread adds, others may read. A subject takes a bounded number of slots;
 * who adds also forgets, so subjects are as many as the caller has.
 */
final class RateMeter {
    static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(15);
    /** Less than so long a look says nothing. */
    static final long LEAST_NANOS = TimeUnit.SECONDS.toNanos(2);

    private static final long SLOT_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private record Slot(long nanos, long bytes) {}

    /** @param since when it was first looked at, or again after a time of silence */
    private record Track(long since, List<Slot> slots) {}

    private final Map<Long, Track> tracks = new ConcurrentHashMap<>();

    /** The first bytes of a track only begin it: nobody knows since when they were on their way. */
    void add(long subject, long bytes, long now) {
        Track track = tracks.get(subject);
        List<Slot> slots = new ArrayList<>();
        if (track != null) {
            track.slots().stream().filter(s -> now - s.nanos() < WINDOW_NANOS).forEach(slots::add);
        }
        if (slots.isEmpty()) {
            tracks.put(subject, new Track(now, List.of(new Slot(now, 0))));
            return;
        }
        Slot last = slots.getLast();
        if (now - last.nanos() < SLOT_NANOS) {
            slots.set(slots.size() - 1, new Slot(last.nanos(), last.bytes() + bytes));
        } else {
            slots.add(new Slot(now, bytes));
        }
        tracks.put(subject, new Track(track.since(), List.copyOf(slots)));
    }

    void forget(long subject) {
        tracks.remove(subject);
    }

    /** Empty when it hasn't been looked at for long enough, or not of late. */
    OptionalLong perSecond(long subject, long now) {
        Track track = tracks.get(subject);
        if (track == null) {
            return OptionalLong.empty();
        }
        long span = Math.min(now - track.since(), WINDOW_NANOS);
        List<Slot> slots = track.slots().stream()
                .filter(s -> now - s.nanos() < WINDOW_NANOS)
                .toList();
        if (span < LEAST_NANOS || slots.isEmpty()) {
            return OptionalLong.empty();
        }
        long bytes = slots.stream().mapToLong(Slot::bytes).sum();
        return OptionalLong.of((long) (bytes * 1e9 / span));
    }
}
