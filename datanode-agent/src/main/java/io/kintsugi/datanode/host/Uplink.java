package io.kintsugi.datanode.host;

import io.kintsugi.datanode.replica.Proposal;
import io.kintsugi.proto.Backups;
import io.kintsugi.proto.DiskReport;
import io.kintsugi.proto.ReplicaReport;
import java.util.Collection;

/** The way to the leading master. What can't be sent now is not kept: a new connection begins with a full report. Nothing here waits. */
public interface Uplink {
    void replicas(Collection<ReplicaReport> reports);

    /** The replica was deleted: its files are out of the way. */
    void removed(long replica);

    void disk(DiskReport report);

    void propose(Proposal proposal);

    /** All backups that the node keeps. */
    void backups(Backups backups);

    /** The node has more disks than it began with: masters hear of disks when they are greeted. */
    void disksAdded();
}
