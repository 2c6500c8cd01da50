package io.kintsugi.sim.master;

import io.kintsugi.sim.world.World;
import java.util.ArrayList;
import java.util.List;

/** What was ever committed, to see that no two members take different entries for the same. */
final class Committed {
    private final World world;
    private final List<LogEntry> entries = new ArrayList<>();

    Committed(World world) {
        this.world = world;
    }

    void check(String by, long index, LogEntry entry) {
        if (index > entries.size()) {
            if (index != entries.size() + 1) {
                throw world.broken("raft", by + " commits entry " + index + " after " + entries.size());
            }
            entries.add(entry);
        } else if (entries.get((int) index - 1) != entry) {
            throw world.broken("raft", by + " commits another entry " + index + " than was committed before");
        }
    }
}
