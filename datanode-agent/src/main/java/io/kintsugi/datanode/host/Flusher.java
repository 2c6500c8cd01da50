package io.kintsugi.datanode.host;

import io.kintsugi.datanode.store.ReplicaStore;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Flushes what replicas have applied, by bytes and by age, so that their log can be freed. Only replicas that have something unflushed are
 * known to it: idle ones cost nothing. Belongs to the disk's event loop, but for {@link #flushNow}.
 */
final class Flusher {
    private final DiskHost disk;
    private final Set<ReplicaHost> unflushed = new LinkedHashSet<>();
    private final HostRuntime.Timer timer;

    Flusher(DiskHost disk) {
        this.disk = disk;
        timer = disk.loop().timer(this::visit);
    }

    /** The replica has applied something. */
    void add(ReplicaHost replica) {
        if (unflushed.add(replica) && unflushed.size() == 1) {
            timer.at(replica.effects().unflushedSince()
                    + disk.context().settings().flushAge().toNanos());
        }
        if (replica.effects().unflushedBytes() >= disk.context().settings().flushBytes()) {
            flush(replica);
        }
    }

    void forget(ReplicaHost replica) {
        unflushed.remove(replica);
    }

    private void visit() {
        long age = disk.context().settings().flushAge().toNanos();
        long now = disk.now();
        // In the order in which they became unflushed: the first that is young enough ends the round.
        Iterator<ReplicaHost> oldest = unflushed.iterator();
        Set<ReplicaHost> due = new LinkedHashSet<>();
        while (oldest.hasNext()) {
            ReplicaHost replica = oldest.next();
            long at = replica.effects().unflushedSince() + age;
            if (at > now) {
                timer.at(at);
                break;
            }
            due.add(replica);
        }
        due.forEach(this::flush);
    }

    private void flush(ReplicaHost replica) {
        unflushed.remove(replica);
        replica.effects().flushBegun();
        disk.slowly(replica, () -> flushNow(replica));
    }

    /** On the disk's slow thread. */
    void flushNow(ReplicaHost replica) {
        ReplicaStore store = replica.store();
        if (store == null) {
            return;
        }
        long upTo = store.flush();
        disk.loop().execute(() -> {
            replica.event(now -> {
                replica.effects().flushed();
                replica.machine().onFlushed(upTo, now);
            });
        });
    }
}
