package io.kintsugi.master.transport.cubefs;

import io.kintsugi.master.model.Disk;
import io.kintsugi.master.model.DrainState;
import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.model.Table;
import io.kintsugi.master.view.DiskFacts;
import io.kintsugi.master.view.View;

/** How a partition, a replica or a disk does, in the original's four statuses. */
enum Status {
    /** It is being copied, or catches up. */
    RECOVERING(0, "Recovering"),
    READ_ONLY(1, "ReadOnly"),
    READ_WRITE(2, "ReadWrite"),
    UNAVAILABLE(-1, "Unavailable");

    private final int number;
    private final String text;

    Status(int number, String text) {
        this.number = number;
        this.text = text;
    }

    int number() {
        return number;
    }

    String text() {
        return text;
    }

    /** Read-only is what takes no write: too few in-sync by the table's own rule, or a primary without room. */
    static Status of(View view, Partition p) {
        if (!view.served(p)) {
            return UNAVAILABLE;
        }
        int least = view.cluster().table(p.table()).map(Table::minInSync).orElse(1);
        boolean full = p.member(p.primary()).filter(m -> full(view, m.disk())).isPresent();
        return p.inSync().size() < least || full ? READ_ONLY : READ_WRITE;
    }

    /** A joining replica recovers, whatever else there is to say of it. */
    static Status of(View view, Partition p, Member m) {
        if (joins(p, m)) {
            return RECOVERING;
        }
        if (!view.able(m)) {
            return UNAVAILABLE;
        }
        if (!p.isInSync(m.replica())) {
            return RECOVERING;
        }
        return full(view, m.disk()) ? READ_ONLY : READ_WRITE;
    }

    /** One that is drained, or is being, takes nothing new. */
    static Status of(View view, Disk d) {
        if (!view.diskWorks(d.id()) || !view.reports().alive(d.node())) {
            return UNAVAILABLE;
        }
        return d.drain() != DrainState.NONE || full(view, d.id()) ? READ_ONLY : READ_WRITE;
    }

    static boolean joins(Partition p, Member m) {
        return p.joining() != null && p.joining().replica() == m.replica();
    }

    static boolean full(View view, int disk) {
        return view.reports()
                .disk(disk)
                .filter(f -> f.health() == DiskFacts.Health.FULL)
                .isPresent();
    }
}
