package io.kintsugi.master.view;

import io.kintsugi.master.model.ClusterView;
import io.kintsugi.master.model.Disk;
import io.kintsugi.master.model.DiskStatus;
import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.model.Setting;

/**
 * The cluster at one moment, as decisions see it.
 *
 * @param cluster what is replicated
 * @param reports what datanodes reported
 * @param nowNanos monotonic
 * @param nowMillis wall clock
 * @param term the leader's
 */
public record View(ClusterView cluster, Reports reports, long nowNanos, long nowMillis, long term) {
    public long setting(Setting setting) {
        return cluster.settings().get(setting);
    }

    /** Whether automatic work that copies data is stopped, until an operator releases it. */
    public boolean braked() {
        return cluster.cluster().filter(c -> c.brake().engaged()).isPresent();
    }

    /** Whether the disk can be read and written as far as anyone knows. */
    public boolean diskWorks(int disk) {
        return cluster.disk(disk).filter(d -> d.status() == DiskStatus.NORMAL).isPresent()
                && reports.disk(disk)
                        .filter(f -> f.health() == DiskFacts.Health.BROKEN)
                        .isEmpty();
    }

    /** Whether the member's node lives, its disk works and its replica has reported itself able. */
    public boolean able(Member member) {
        return reports.alive(member.node())
                && diskWorks(member.disk())
                && reports.replica(member.replica()).filter(f -> !f.broken()).isPresent();
    }

    /** Whether the member can't serve: its node is dead, its disk broken or replaced, its replica lost. Not the contrary of {@link #able}. */
    public boolean failed(Member member) {
        return reports.dead(member.node())
                || !diskWorks(member.disk())
                || reports.replica(member.replica())
                        .filter(ReplicaFacts::broken)
                        .isPresent();
    }

    /** Whether the primary has reported that it serves the newest epoch. */
    public boolean served(Partition p) {
        return p.primary() != 0
                && p.member(p.primary()).filter(this::able).isPresent()
                && reports.replica(p.primary())
                        .filter(f -> f.role() == ReplicaFacts.Role.PRIMARY && f.epoch() >= p.epoch())
                        .isPresent();
    }

    /** Bytes of the partition's data by its primary's report, or 0. */
    public long bytes(Partition p) {
        return reports.replica(p.primary()).map(ReplicaFacts::bytes).orElse(0L);
    }

    /** The partition's live records by its primary's report, roughly; {@link ReplicaFacts#UNKNOWN} when it doesn't say. */
    public long records(Partition p) {
        return reports.replica(p.primary()).map(ReplicaFacts::records).orElse(ReplicaFacts.UNKNOWN);
    }

    /** {@code d1:/data/1}. */
    public String diskName(int disk) {
        return cluster.disk(disk).map(this::diskName).orElse("disk " + disk);
    }

    public String diskName(Disk disk) {
        return nodeName(disk.node()) + ":" + disk.path();
    }

    public String nodeName(int node) {
        return cluster.node(node).map(n -> n.name()).orElse("node " + node);
    }

    /** {@code orders.3}. */
    public String partitionName(Partition p) {
        return cluster.table(p.table()).map(t -> t.name()).orElse("table " + p.table()) + "." + p.index();
    }
}
