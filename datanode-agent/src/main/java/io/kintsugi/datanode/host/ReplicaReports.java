package io.kintsugi.datanode.host;

import io.kintsugi.datanode.replica.EntryId;
import io.kintsugi.datanode.replica.ReplicaStatus;
import io.kintsugi.proto.ReplicaReport;
import io.kintsugi.proto.ReplicaState;
import io.kintsugi.proto.Role;

/** What the master is told of a replica. */
final class ReplicaReports {
    private ReplicaReports() {}

    static ReplicaReport of(ReplicaHost replica, String detail) {
        ReplicaStatus status = replica.status();
        ReplicaEffects effects = replica.effects();
        ReplicaState state = status.alarm() != null
                ? ReplicaState.REPLICA_ALARM
                : status.seeding() ? ReplicaState.REPLICA_SEEDING : ReplicaState.REPLICA_OK;
        ReplicaReport.Builder report = ReplicaReport.newBuilder();
        if (status.config() != null) {
            status.config().everyone().forEach(m -> report.addPeers(m.replica()));
        }
        if (replica.digest() != null) {
            report.setDigest(replica.digest());
        }
        return report.setReplica(replica.id())
                .setPartition(replica.partition())
                .setDisk(replica.disk().id())
                .setEpoch(status.epoch())
                .setRole(role(status.role()))
                .setState(state)
                .setLastEpoch(status.last().epoch())
                .setLastIndex(status.last().index())
                .setCommitIndex(status.commitIndex())
                .setBytes(effects.dataBytes())
                .setRecords(effects.records())
                .setSeedDoneBytes(effects.seedDone())
                .setSeedTotalBytes(effects.seedTotal())
                .setSalvaged(status.salvaged())
                .setDetail(status.alarm() != null ? status.alarm() : detail.isEmpty() ? effects.seedFailure() : detail)
                .build();
    }

    /** A replica that this disk should have and doesn't. */
    static ReplicaReport absent(long replica, int partition, int disk, long epoch, ReplicaState state, String detail) {
        return absent(replica, partition, disk, epoch, EntryId.NONE, state, detail);
    }

    /** @param last entry that it is known to have synced */
    static ReplicaReport absent(
            long replica, int partition, int disk, long epoch, EntryId last, ReplicaState state, String detail) {
        return ReplicaReport.newBuilder()
                .setReplica(replica)
                .setPartition(partition)
                .setDisk(disk)
                .setEpoch(epoch)
                .setRole(Role.ROLE_NONE)
                .setState(state)
                .setLastEpoch(last.epoch())
                .setLastIndex(last.index())
                .setDetail(detail)
                .build();
    }

    private static Role role(io.kintsugi.datanode.replica.Role role) {
        return switch (role) {
            case NONE -> Role.ROLE_NONE;
            case MEMBER -> Role.ROLE_MEMBER;
            case PRIMARY -> Role.ROLE_PRIMARY;
        };
    }
}
