package io.kintsugi.master.plan.rebuild;

import io.kintsugi.master.model.Disk;
import io.kintsugi.master.model.Ids;
import io.kintsugi.master.model.Node;
import io.kintsugi.master.model.Nodeset;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.model.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The metadata that follows from what was collected, and what an operator should know of it first. With any {@code result} but {@code ERR_OK} it
 * is for looking at only.
 *
 * @param clusterId "" when no datanode of a cluster has answered
 * @param generation of the new masters: above all that any datanode has seen
 * @param settingsRevision how often settings were changed
 * @param partitions one for each slot of each table, in an epoch above all others; one without members is to be made empty
 * @param quarantined what was found and isn't named by {@code partitions}
 * @param given the highest ids: the next ones are above
 * @param hints errors, warnings and notes on datanodes, then tables, then partitions
 */
public record RebuildPlan(
        ResultCode result,
        String clusterId,
        long generation,
        List<Node> nodes,
        List<Disk> disks,
        List<Nodeset> nodesets,
        long settingsRevision,
        Map<String, String> settings,
        List<Table> tables,
        List<Partition> partitions,
        List<Quarantined> quarantined,
        Ids given,
        List<Hint> hints) {

    public static RebuildPlan of(Collected collected, Options options) {
        return new Planner(collected, options, 0).plan();
    }

    /** After datanodes were fenced. @param generation to which */
    public static RebuildPlan fenced(Collected collected, Options options, long generation) {
        return new Planner(collected, options, generation).plan();
    }

    /** The same, to be tried again because of these errors. */
    public RebuildPlan with(List<Hint> errors) {
        List<Hint> all = new ArrayList<>(hints);
        all.addAll(errors);
        return new RebuildPlan(
                ResultCode.ERR_TRY_AGAIN,
                clusterId,
                generation,
                nodes,
                disks,
                nodesets,
                settingsRevision,
                settings,
                tables,
                partitions,
                quarantined,
                given,
                List.copyOf(all));
    }

    /** The same, with empty replicas for partitions of which nothing was found. Only of a plan that may be carried out. */
    public RebuildPlan placed() {
        if (result != ResultCode.ERR_OK) {
            throw new IllegalStateException("a plan with " + result + " is for looking at only");
        }
        EmptyPartitions all = new EmptyPartitions(disks, partitions, given);
        return new RebuildPlan(
                result,
                clusterId,
                generation,
                nodes,
                disks,
                nodesets,
                settingsRevision,
                settings,
                tables,
                all.placed(),
                quarantined,
                given.withReplica(all.lastReplica()),
                hints);
    }
}
