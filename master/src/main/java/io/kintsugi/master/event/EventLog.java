package io.kintsugi.master.event;

import io.kintsugi.master.model.ClusterView;
import io.kintsugi.master.port.StateStore;
import io.kintsugi.master.state.Change;
import io.kintsugi.master.state.LogPosition;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The events of one master's store: rows of a table of their own that is no part of the state, written with what caused them in one batch. The
 * latest {@link #KEPT} are kept, on disk and not on the heap. Written by the thread that applies, read by any.
 */
public final class EventLog implements EventReader {
    /** Wire number of the table; the state's own are small. */
    public static final int TABLE = 1_000;

    static final int KEPT = 100_000;
    /** So many are forgotten at a time. */
    private static final int STEP = 1_000;

    private final StateStore store;
    private final int kept;
    private int count;

    public EventLog(StateStore store) {
        this(store, KEPT);
    }

    EventLog(StateStore store, int kept) {
        this.store = store;
        this.kept = kept;
    }

    /** A row that the store had at start. */
    public void loaded() {
        count++;
    }

    /** What an entry adds, and what goes for it: to be written with the entry's own changes. */
    public List<Change> of(ClusterView old, ClusterView now, LogPosition at) {
        List<Event> events = Happened.between(old, now, at);
        if (events.isEmpty()) {
            return List.of();
        }
        List<Change> changes = new ArrayList<>();
        for (Event event : events) {
            changes.add(new Change(TABLE, key(event.id()), event.encode()));
        }
        count += events.size();
        if (count >= kept + STEP) {
            store.scan(TABLE, key(0), true, (key, value) -> {
                changes.add(new Change(TABLE, key, null));
                count--;
                return count > kept;
            });
        }
        return changes;
    }

    @Override
    public List<Event> events(Query query) {
        boolean up = query.after() >= 0;
        List<Event> found = new ArrayList<>();
        store.scan(TABLE, key(up ? query.after() + 1 : Long.MAX_VALUE), up, (key, value) -> {
            Event event = Event.decode(ByteBuffer.wrap(key).getLong(), value);
            boolean early = event.at() < query.from();
            if (!early && (query.kind().isEmpty() || query.kind().equals(event.kind()))) {
                found.add(event);
            }
            return found.size() < query.limit() && (up || !early);
        });
        if (!up) {
            Collections.reverse(found);
        }
        return found;
    }

    private static byte[] key(long id) {
        return ByteBuffer.allocate(Long.BYTES).putLong(id).array();
    }
}
