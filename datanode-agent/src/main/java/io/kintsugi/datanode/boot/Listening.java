package io.kintsugi.datanode.boot;

import io.kintsugi.datanode.host.Uplink;
import io.kintsugi.datanode.replica.Proposal;
import io.kintsugi.proto.Backups;
import io.kintsugi.proto.DiskReport;
import io.kintsugi.proto.ReplicaReport;
import java.util.Collection;

/**
 * Stands for the listener's address and the link to the master while they don't exist yet: reports of that time are in the first full
 * one.
 */
final class Listening implements Uplink {
    private volatile String address = "";
    private volatile Uplink link;

    void begin(String listensOn, Uplink uplink) {
        address = listensOn;
        link = uplink;
    }

    String address() {
        return address;
    }

    @Override
    public void replicas(Collection<ReplicaReport> reports) {
        if (link != null) {
            link.replicas(reports);
        }
    }

    @Override
    public void backups(Backups backups) {
        if (link != null) {
            link.backups(backups);
        }
    }

    @Override
    public void removed(long replica) {
        if (link != null) {
            link.removed(replica);
        }
    }

    @Override
    public void disk(DiskReport report) {
        if (link != null) {
            link.disk(report);
        }
    }

    @Override
    public void propose(Proposal proposal) {
        if (link != null) {
            link.propose(proposal);
        }
    }

    @Override
    public void disksAdded() {
        if (link != null) {
            link.disksAdded();
        }
    }
}
