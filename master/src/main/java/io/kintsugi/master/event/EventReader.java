package io.kintsugi.master.event;

import java.util.List;

/** Looks things up in the event log. Any thread. */
public interface EventReader {
    /**
     * What is asked for.
     *
     * @param after events with a higher id, the oldest first; below 0: the latest
     * @param from none that happened before, milliseconds since the epoch; 0: no matter
     * @param kind "" for any
     * @param limit at most so many
     */
    record Query(long after, long from, String kind, int limit) {}

    /** Oldest first. */
    List<Event> events(Query query);
}
