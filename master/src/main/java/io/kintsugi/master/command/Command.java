package io.kintsugi.master.command;

import java.util.List;
import java.util.Map;

/**
 * A typed entry of the Raft log: facts and preconditions, never decisions that depend on a clock or on chance. Ids are allocated when it
 * is applied. Every command has a wire number of its own (CommandCodec) and numbered fields.
 */
public sealed interface Command {

    /** The first command of a lineage. Refused when the state has a cluster. */
    record InitCluster(String clusterId, long generation) implements Command {}

    /** A disk as its datanode presents it. */
    record DiskFact(String uuid, String path) {}

    /**
     * A datanode presents itself, new or with changed addresses or disks. Value: node id. A disk at a path that had another uuid makes the
     * older one {@code GONE}. {@code nodeset} "" lets apply assign the zone's first one with room.
     */
    record RegisterNode(
            String uuid,
            String name,
            String address,
            String httpAddress,
            String zone,
            String nodeset,
            List<DiskFact> disks)
            implements Command {}

    /** A datanode says that a disk is broken, or that it is not any more. */
    record SetDiskStatus(int disk, int status, String error) implements Command {}

    /** Where the replicas of one new partition go: disk ids, the first is primary. */
    record Placement(List<Integer> disks) {}

    /** Value: table id. Refused if a disk doesn't take replicas any more, two are on one node, or the name is taken. */
    record CreateTable(
            String name,
            int replicas,
            int minInSync,
            String hash,
            List<Placement> placements,
            String owner,
            long capacityGb,
            long ttlMs)
            implements Command {
        /** One whose records stay. */
        public CreateTable(
                String name,
                int replicas,
                int minInSync,
                String hash,
                List<Placement> placements,
                String owner,
                long capacityGb) {
            this(name, replicas, minInSync, hash, placements, owner, capacityGb, 0);
        }

        /** One that belongs to nobody. */
        public CreateTable(String name, int replicas, int minInSync, String hash, List<Placement> placements) {
            this(name, replicas, minInSync, hash, placements, "", 0);
        }
    }

    /**
     * Changes what is given.
     *
     * @param minInSync 0: as it is, if a time to live is given
     * @param ttlMs 0: as it is; below 0: records stay
     */
    record SetTable(int table, int minInSync, long ttlMs) implements Command {
        public SetTable(int table, int minInSync) {
            this(table, minInSync, 0);
        }
    }

    record DropTable(int table) implements Command {}

    /** Removes a dropped table and its partitions for good; refused before the retention is over. */
    record PurgeTable(int table) implements Command {}

    /** The primary's proposal (rule 10): granted only on {@code epoch}, from {@code primary}, with it included, of members alone. */
    record ChangeInSync(int partition, long epoch, long primary, List<Long> inSync) implements Command {}

    /** A new primary, in-sync now; {@code inSync} is the new set: the present one, perhaps without replicas whose node is dead. */
    record Elect(int partition, long epoch, long primary, List<Long> inSync) implements Command {}

    /**
     * A new replica takes the place of the member {@code lost}, or (0) fills up what is missing to the partition's target: on
     * {@code toDisk}, on {@code toNode}, or (0, 0) wherever it fits. Nothing is changed yet: the op waits for its turn. Value: op id.
     *
     * @param rule the rule that asks for it; "" for an operator
     */
    record RepairReplica(int partition, long epoch, long lost, int toNode, int toDisk, String rule)
            implements Command {}

    /**
     * An operator wants one more replica of the partition than it has: its own target is raised if it has all that it should have, and the
     * repair is made that adds one. Value: op id.
     */
    record AddReplica(int partition, int toNode, int toDisk) implements Command {}

    /**
     * Takes a member out; its files go as any replica's that is no member any more. Refused below the partition's target, and where fewer would
     * be in-sync than that. Value: the new epoch.
     *
     * @param lower below the target too, which is lowered by one then
     * @param newPrimary in-sync, takes over if it is the primary that goes; else 0
     */
    record RemoveReplica(int partition, long epoch, long replica, boolean lower, long newPrimary) implements Command {}

    /** The partition should have as many members as its table says again. Value: that number. */
    record ResetTarget(int partition) implements Command {}

    /** Value: op id. {@code automatic}: by the master itself, refused unless the disk is broken and no operator has said otherwise. */
    record DecommissionDisk(int disk, int weight, boolean automatic) implements Command {
        /** By an operator. */
        public DecommissionDisk(int disk, int weight) {
            this(disk, weight, false);
        }
    }

    /**
     * An operator says that a broken disk is mended: its datanode is to probe it and open it anew. Value: the recovery's number, of the one
     * that goes on if there is one.
     */
    record RecoverDisk(int disk) implements Command {}

    /** The datanode couldn't: the disk stays broken. (That it could shows by the disk's health.) */
    record FailRecovery(int disk, long recovery, String error) implements Command {}

    /** An operator wants a broken disk decommissioned by itself again, having cancelled that, or without waiting for the next try. */
    record ResumeAutoDecommission(int disk) implements Command {}

    /**
     * Drains every disk of the datanode, each by an op of its own; disks that are being drained already are waited for. Value: op id.
     */
    record DecommissionNode(int node, int weight) implements Command {}

    /** The disk takes replicas again. Refused while its decommission runs. */
    record RecommissionDisk(int disk) implements Command {}

    /** The datanode takes replicas again, and those of its disks that were drained with it. */
    record RecommissionNode(int node) implements Command {}

    /** Forgets a disk that holds nothing, or that is lost. Refused while it has the only good copy of a partition. */
    record RemoveDisk(int disk) implements Command {}

    /** Forgets a datanode whose disks hold nothing. */
    record RemoveNode(int node) implements Command {}

    /**
     * An operator wants one replica elsewhere: on {@code toDisk}, on {@code toNode}, or (0, 0) wherever it fits. Value: op id. {@code automatic}:
     * the master does, to even out; refused unless the partition is whole and nobody is at work on it, and neither disk is being emptied.
     */
    record MoveReplica(int partition, long source, int toNode, int toDisk, int weight, boolean automatic)
            implements Command {
        /** By an operator. */
        public MoveReplica(int partition, long source, int toNode, int toDisk, int weight) {
            this(partition, source, toNode, toDisk, weight, false);
        }
    }

    /** An operator wants primaries and replicas evened out once. Refused while that goes on. Value: op id. */
    record StartBalance() implements Command {}

    /** Nothing is left to be evened out. {@code success}: it is even; else {@code message} says what keeps it. */
    record FinishBalance(long op, long revision, boolean success, String reason, String message) implements Command {}

    /** Takes back what isn't past its swap; ends the op and its parts. */
    record CancelOp(long op) implements Command {}

    /** Begins nothing more; moves that are under way end by themselves, or with {@code now} are taken back. */
    record PauseOp(long op, boolean now) implements Command {}

    record ResumeOp(long op) implements Command {}

    /** An operator has taken note of how the op ended. */
    record AcknowledgeOp(long op) implements Command {}

    /** Ended ops that nobody wants to see any more, parts before what they are parts of; those that are gone already are passed over. */
    record DeleteOps(List<Long> ops) implements Command {}

    /** A disk decommission gets ({@code true}) or gives up its slot of the nodeset's disk limit: Marked ↔ Running. */
    record AdmitDisk(long op, long revision, boolean admitted, String reason, String message) implements Command {}

    /** Token and mutex in one: makes the move op of {@code source} in Prepare. The limit is checked again here. Value: op id. */
    record AdmitMove(long parent, int partition, long epoch, long source) implements Command {}

    /** Token and mutex again, for a move that waits as Marked. The limit is checked again here. */
    record ReadmitMove(long op, long revision, int partition, long epoch) implements Command {}

    /** Prepare → Running: adds a replica on {@code disk} as joining, the source as leaving; notes how many are in-sync. Value: replica id. */
    record StartMove(long op, long revision, int partition, long epoch, int disk) implements Command {}

    /**
     * The same of a source that is in-sync, on a broken disk, and all that is left (decision 0008): the next epoch has no primary, and the joining
     * replica is to read the source where it lies. An election ends that. Value: replica id.
     */
    record StartSalvage(long op, long revision, int partition, long epoch, int disk) implements Command {}

    /**
     * The joining replica has said that it holds all that the source had: it takes the source's place, and is alone in-sync, and primary. Refused in
     * any epoch but the one in which it was copied.
     */
    record SwapSalvaged(long op, long revision, int partition, long epoch) implements Command {}

    /** Takes the source out. Refused unless the destination is in-sync, the source isn't primary, and redundancy stays. */
    record SwapMove(long op, long revision, int partition, long epoch) implements Command {}

    /** The source's files are gone: Success; releases token and mutex. */
    record FinishMove(long op, long revision) implements Command {}

    /**
     * An attempt of a move ends without success: drops joining, releases token and mutex. What becomes of the op is apply's to say, by the
     * cause, the limits and what the operator asked for. Refused after the swap, and while only the destination keeps redundancy.
     *
     * @param end wire number of an {@link io.kintsugi.master.model.AttemptEnd}
     * @param notBefore milliseconds since the epoch before which it isn't tried again, 0 for at once
     */
    record EndAttempt(long op, long revision, int end, String reason, String message, long notBefore)
            implements Command {}

    /** Progress and reason of an op that goes on, in coarse steps only. */
    record NoteOp(long op, long revision, String reason, String message, long bytesDone, long bytesTotal)
            implements Command {}

    /** A disk decommission ends: Success (the disk is empty: DRAINED) or Failed. */
    record FinishDecommission(long op, long revision, boolean success, String reason, String message)
            implements Command {}

    /** Stops automatic work that copies data, until an operator releases the brake. Refused while it is engaged. */
    record EngageBrake(String reason, String message) implements Command {}

    /** Automatic work goes on. Refused while the brake isn't engaged. */
    record ReleaseBrake() implements Command {}

    /** The leader has judged a datanode dead, or heard of it again: since when it is dead is then known to the next leader too. */
    record NoteNodeDead(int node, boolean dead) implements Command {}

    /**
     * Begins a forced recovery (rule 18a): the next epoch has no primary. A move that owns the partition ends its attempt; its joining replica
     * stays as a member, since it may be the best copy that is left. Value: op id. {@code waitMillis}: how long better replicas that the fence
     * doesn't reach are waited for; {@code survivor}: whom to go on with unless a better one is there, or even then ({@code insist}); 0: the best.
     */
    record FencePartition(int partition, long epoch, long waitMillis, long survivor, boolean insist)
            implements Command {
        /** With the best of those that are there, at once. */
        public FencePartition(int partition, long epoch) {
            this(partition, epoch, 0, 0, false);
        }
    }

    /**
     * Nobody in-sync can be had: {@code replica} alone is member, in-sync and primary of the next epoch (rule 18c). Refused for an in-sync one,
     * which is elected instead, and unless the partition is fenced still. {@code disk} says where a replica is that the configuration doesn't
     * name, such as a backup that was put back. {@code message} says what may be lost.
     */
    record ChooseSurvivor(long op, long revision, int partition, long epoch, long replica, int disk, String message)
            implements Command {}

    /**
     * An operator takes a member out of service: it leaves the in-sync set, and isn't taken in again before {@link ReleaseReplica}. Refused for
     * the only one in-sync, and for one that is held already. Value: id of the op that says so, which has ended with this.
     *
     * @param newPrimary in-sync, takes over if it is the primary that goes; else 0
     */
    record HoldReplica(int partition, long epoch, long replica, long newPrimary) implements Command {}

    /** A member that isn't in-sync is to come back, held out of service or not. Refused while one waits for it. Value: op id. */
    record ReleaseReplica(int partition, long replica) implements Command {}

    /**
     * Begins the recovery of all data, or joins the one that is open; switches automatic failover off until its end. Value: its op id.
     *
     * @param waitMillis how long forced recoveries wait for better replicas that aren't reached
     * @param choices partition ids that may go on with a replica that isn't in-sync: what that may cost their operator has been told
     */
    record RecoverData(long waitMillis, List<Integer> choices) implements Command {
        public RecoverData {
            choices = List.copyOf(choices);
        }
    }

    /** {@link FencePartition} as a part of a recovery of all data; refused for a partition that it may not choose for, or has. Value: op id. */
    record FenceForData(long op, long revision, int partition, long epoch) implements Command {}

    /** Every partition that can be is back: Success, and automatic failover is what it was before. */
    record FinishRecoverData(long op, long revision) implements Command {}

    /** The partition has a primary again that serves: Success. */
    record FinishRecovery(long op, long revision) implements Command {}

    /**
     * An operator gives a partition's data up, or takes that back: it is a mark, by which nobody is troubled with the partition any more. Nothing
     * is deleted, and what serves goes on serving.
     */
    record SetDiscard(int partition, boolean discarded) implements Command {}

    record SetSettings(Map<String, String> values) implements Command {}

    /** The leader's digest at an earlier index, for the others to compare theirs with. */
    record VerifyDigest(long index, long digest) implements Command {}

    /** Time passes: expires request ids, ended ops and what else is kept for a bounded time. */
    record Tick() implements Command {}
}
