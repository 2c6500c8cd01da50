package io.kintsugi.master.plan.rebuild;

import java.util.List;
import java.util.TreeSet;

/** What is wrong with the datanodes that were asked. */
record NodeHints(Collected collected, Options options, List<Hint> hints) {

    /** @return whether there are datanodes that weren't heard and may know more */
    boolean add(String clusterId, Lineage lineage) {
        collected.failed().forEach((address, error) -> bad(address, error, "BAD_NODE"));
        TreeSet<String> outside = collected.outside(clusterId);
        outside.forEach(address -> bad(address, "ERR_OTHER_CLUSTER", "OTHER_CLUSTER"));
        lineage.damaged.forEach((address, all) -> all.forEach(d -> skippable(
                "MANIFEST_DAMAGED",
                "manifest(" + d.path() + ") of node(" + address + ") can't be read (" + d.why() + ")",
                "skip it")));
        collected
                .fresh()
                .forEach(address ->
                        hints.add(Hint.note("NODE_FRESH", "node(" + address + ") has nothing of any cluster")));
        lineage.addressesOf.forEach((uuid, addresses) -> {
            if (addresses.size() > 1) {
                hints.add(Hint.note("NODE_TWICE", "nodes" + addresses + " are one and the same"));
            }
        });
        lineage.nodes.forEach((id, all) -> {
            if (all.size() > 1) {
                hints.add(conflict("datanode", id));
            }
        });
        lineage.disks.forEach((id, all) -> {
            if (all.size() > 1) {
                hints.add(conflict("disk", id));
            }
        });
        TreeSet<Integer> unheard = new TreeSet<>(lineage.marks.nodes);
        unheard.removeAll(lineage.nodes.keySet());
        unheard.remove(0);
        unheard.forEach(id -> hints.add(Hint.note(
                "NODE_UNHEARD",
                "datanode " + id + " is named by a configuration and hasn't answered, it may hold a newer one")));
        return !collected.failed().isEmpty() || !lineage.damaged.isEmpty() || !unheard.isEmpty();
    }

    private static Hint conflict(String what, int id) {
        return Hint.error("ID_TWICE", "there are two of " + what + " " + id + ", leave out the wrong node");
    }

    private void bad(String address, String error, String code) {
        skippable(
                code,
                "collect app and replica info from node(" + address + ") failed with err(" + error + ")",
                "skip the bad node");
    }

    private void skippable(String code, String what, String skipped) {
        hints.add(
                options.skipBadNodes()
                        ? Hint.warning(code, what + ", " + skipped)
                        : Hint.error(code, what + ", you can skip it by set skip_bad_nodes option"));
    }
}
