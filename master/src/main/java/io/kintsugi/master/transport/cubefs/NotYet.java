package io.kintsugi.master.transport.cubefs;

import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * What the original can do and this can't: refused with a stable reason and no effect, never pretended. Reasons that end in {@code
 * _NOT_YET} are of what is still to be built; the others of what won't be, since there is no such thing here.
 * docs/reference/cubefs-compat.md has them all.
 */
enum NotYet {
    RAFT_FORCE_NEEDLESS(
            "a decommission never takes a good copy out before there is another; force (raftForceDel) is for one partition that nobody "
                    + "serves: ask without it, what a move waits for is in its status"),
    DECOMMISSION_COUNT_NOT_YET(
            "a decommission moves all there is; ask with count=0, and pause or cancel it when it is enough"),
    DISK_DISABLE_NOT_YET(
            "a disk that is decommissioned takes nothing until it is recommissioned; leave diskDisable out"),
    DISK_BROKEN_AT_ONCE(
            "a disk is given up at its first I/O error; disk.errors in a datanode's configuration says otherwise"),
    BACKUP_DIRECTORIES(
            "backups are listed and removed by replica, not by directory: GET and DELETE /v1/nodes/NODE/backups"),
    SETTING_HAS_NO_MEANING("there is nothing here that it would change"),
    DP_TIMEOUT_IS_OTHER(
            "a replica is as live as its datanode; how long that may be silent is NodeDeadTimeoutMs, to be set by PATCH /v1/settings"),
    PARTITIONS_ARE_FIXED(
            "a table's partitions are fixed when it is made, for its keys are hashed over them; make a table with more"),
    DATANODES_REGISTER("datanodes register by themselves: start one with this master in its configuration"),
    NO_METANODES("there are no metanodes here");

    /** Paths that do nothing but refuse. */
    private static final Map<String, NotYet> PATHS = Map.ofEntries(
            Map.entry("/admin/setDiskBrokenThreshold", DISK_BROKEN_AT_ONCE),
            Map.entry("/disk/queryBackupDirectories", BACKUP_DIRECTORIES),
            Map.entry("/disk/deleteBackupDirectories", BACKUP_DIRECTORIES),
            Map.entry("/dataPartition/create", PARTITIONS_ARE_FIXED),
            Map.entry("/metaNode/decommission", NO_METANODES),
            Map.entry("/metaPartition/decommission", NO_METANODES));

    private final String why;

    NotYet(String why) {
        this.why = why;
    }

    /** The stable reason, as the answer begins with. */
    String reason() {
        return name();
    }

    CubefsException refusal() {
        return CubefsException.refused(reason(), why);
    }

    /** @param subject a parameter or value that it is about */
    CubefsException refusal(String subject) {
        return CubefsException.refused(reason(), subject + ": " + why);
    }

    void refuseIf(boolean asked) {
        if (asked) {
            throw refusal();
        }
    }

    static void mount(Paths paths) {
        PATHS.forEach(
                (path, no) -> paths.verb(path, (view, params, caller) -> CompletableFuture.failedFuture(no.refusal())));
    }
}
