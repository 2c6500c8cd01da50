package io.kintsugi.master.transport.cubefs;

import io.kintsugi.master.model.Disk;
import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.model.Table;
import io.kintsugi.master.view.Copied;
import io.kintsugi.master.view.DiskFacts;
import io.kintsugi.master.view.ReplicaFacts;
import io.kintsugi.master.view.View;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;

/** One replica: as part of its partition, and as its datanode's report of it. */
final class ReplicaJson {
    /** Storage is told apart by medium in the original; ours isn't: all is of the first kind. */
    static final int MEDIA_TYPE = 1;

    private ReplicaJson() {}

    static JsonObject ofPartition(View view, Partition p, Member m) {
        return new JsonObject()
                .put("Addr", Find.address(view, m.node()))
                .put("DomainAddr", "")
                .put("ReportTime", Moments.heard(view, m.node()) / 1000)
                .put("FileCount", records(view, m))
                .put("Status", Status.of(view, p, m).number())
                .put("HasLoadResponse", view.reports().replica(m.replica()).isPresent())
                .put("TotalSize", total(view, m))
                .put("UsedSize", bytes(view, m))
                .put("IsLeader", p.primary() == m.replica())
                .put("NeedsToCompare", false)
                .put("DiskPath", Find.path(view, m.disk()))
                .put("DecommissionRepairProgress", progress(view, p, m))
                .put("LocalPeers", localPeers(view, p, m))
                .put("TriggerDiskError", !view.diskWorks(m.disk()))
                .put("ForbidWriteOpOfProtoVer0", false)
                .put("ReadOnlyReasons", 0)
                .put("IsMissingTinyExtent", false)
                .put("IsRepairing", Status.of(view, p, m) == Status.RECOVERING);
    }

    static JsonObject report(View view, Partition p, Member m) {
        return new JsonObject()
                .put("VolName", volume(view, p))
                .put("PartitionID", p.id())
                .put("PartitionStatus", Status.of(view, p, m).number())
                .put("Total", total(view, m))
                .put("Used", bytes(view, m))
                .put("DiskPath", Find.path(view, m.disk()))
                .put("IsLeader", p.primary() == m.replica())
                .put("ExtentCount", 0)
                .put("NeedCompare", false)
                .put("DecommissionRepairProgress", progress(view, p, m))
                .put("LocalPeers", localPeers(view, p, m))
                .put("TriggerDiskError", !view.diskWorks(m.disk()));
    }

    /** Reports of all that is on a disk, by partition. */
    static List<JsonObject> reports(View view, Disk disk) {
        return view.cluster().partitionsOnDisk(disk.id()).stream()
                .flatMap(id -> view.cluster().partition(id).stream())
                .map(p -> report(view, p, p.onDisk(disk.id()).orElseThrow()))
                .toList();
    }

    static String volume(View view, Partition p) {
        return view.cluster().table(p.table()).map(Table::name).orElse("");
    }

    /** Members; {@code id} is the replica's. Ours have no Raft ports of their own. */
    static List<JsonObject> peers(View view, List<Member> members) {
        return members.stream().map(m -> peer(view, m)).toList();
    }

    private static JsonObject peer(View view, Member m) {
        return peer(m.replica(), Find.address(view, m.node()));
    }

    private static JsonObject peer(long replica, String address) {
        return new JsonObject()
                .put("id", replica)
                .put("addr", address)
                .put("raftHeartbeat", "")
                .put("raftReplica", "");
    }

    /**
     * The configuration that the replica has stored. It keeps its epoch together with that epoch's whole configuration (rule 8), and an epoch
     * has but one: who reports the partition's epoch, and no other peers, has the master's. Of one that is behind it isn't known.
     */
    static List<JsonObject> localPeers(View view, Partition p, Member m) {
        Optional<ReplicaFacts> facts = view.reports().replica(m.replica());
        if (facts.isEmpty()) {
            return List.of();
        }
        List<Long> other = facts.get().otherPeers();
        if (!other.isEmpty()) {
            return other.stream()
                    .map(id -> p.member(id).map(known -> peer(view, known)).orElseGet(() -> peer(id, "")))
                    .toList();
        }
        return facts.get().epoch() == p.epoch() ? peers(view, p.all()) : List.of();
    }

    /** 0 to 1: of the copy into a joining replica; 1 for one that is in-sync. */
    static double progress(View view, Partition p, Member m) {
        if (p.isInSync(m.replica())) {
            return 1;
        }
        double share = view.reports().copied(m.replica()).map(Copied::share).orElse(0.0);
        return Math.floor(share * 10_000) / 10_000;
    }

    private static long bytes(View view, Member m) {
        return view.reports().replica(m.replica()).map(ReplicaFacts::bytes).orElse(0L);
    }

    /** A number without a sign, of 32 bits. */
    private static long records(View view, Member m) {
        long records =
                view.reports().replica(m.replica()).map(ReplicaFacts::records).orElse(0L);
        return Math.clamp(records, 0, 0xFFFF_FFFFL);
    }

    /** What it may grow to: a replica has no size of its own, so what it has and what its disk has free. */
    private static long total(View view, Member m) {
        Optional<DiskFacts> disk = view.reports().disk(m.disk());
        return bytes(view, m) + disk.map(DiskFacts::freeBytes).orElse(0L);
    }
}
