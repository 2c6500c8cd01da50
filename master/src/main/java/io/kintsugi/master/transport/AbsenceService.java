package io.kintsugi.master.transport;

import io.kintsugi.master.command.Command;
import io.kintsugi.master.command.Outcome;
import io.kintsugi.master.model.Disk;
import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Node;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.plan.AbsencePlan;
import io.kintsugi.master.transport.AdminService.Caller;
import io.kintsugi.master.view.View;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** Takes members out of service and brings them back, one partition after another: what can't be done of one doesn't stop the others. */
final class AbsenceService {
    /**
     * How it went with one partition.
     *
     * @param action {@link AbsencePlan#action}
     * @param op that says it, or follows it to its end; or null
     */
    record Row(String partition, int pid, String node, String action, Long op, String reason, String message) {}

    /** @param failed how many were refused */
    record Result(String node, int failed, List<Row> partitions) {}

    /** What is to be done with one member. */
    interface Planner {
        AbsencePlan of(View view, Partition p, Member m);
    }

    private final Asking asking;
    private final Supplier<View> view;

    AbsenceService(Asking asking, Supplier<View> view) {
        this.asking = asking;
        this.view = view;
    }

    /** Of one that lives only with {@code force}: it would demote the healthy. */
    CompletableFuture<Result> offline(Caller caller, Node node, boolean force) {
        if (!force && !view.get().reports().dead(node.id())) {
            throw new ApiException(
                    409,
                    "NODE_ALIVE",
                    "datanode " + node.name()
                            + " isn't dead: its replicas would leave the in-sync sets, and redundancy would be lower; --force does"
                            + " it all the same, node decommission moves them away first",
                    Map.of());
        }
        return all(caller, node, ofNode(node), (now, p, m) -> AbsencePlan.out(now, p, m, force));
    }

    CompletableFuture<Result> recover(Caller caller, Node node) {
        if (!view.get().reports().alive(node.id())) {
            throw new ApiException(
                    409,
                    "NODE_NOT_ALIVE",
                    "datanode " + node.name() + " isn't alive, or not known to be: start it first",
                    Map.of());
        }
        return all(caller, node, ofNode(node), AbsencePlan::back);
    }

    private List<Integer> ofNode(Node node) {
        View now = view.get();
        List<Integer> ids = new ArrayList<>();
        for (Disk disk : now.cluster().disksOfNode(node.id())) {
            ids.addAll(now.cluster().partitionsOnDisk(disk.id()));
        }
        return ids.stream().distinct().sorted().toList();
    }

    /** Each with the newest view: what was done to one may have changed what is to be done to the next. */
    CompletableFuture<Result> all(Caller caller, Node node, List<Integer> partitions, Planner planner) {
        CompletableFuture<List<Row>> rows = CompletableFuture.completedFuture(new ArrayList<>());
        for (int id : partitions) {
            rows = rows.thenCompose(done -> one(caller, node, id, planner).thenApply(row -> {
                if (row != null) {
                    done.add(row);
                }
                return done;
            }));
        }
        return rows.thenApply(done -> new Result(
                node.name(),
                (int) done.stream()
                        .filter(r -> r.action().equals(AbsencePlan.REFUSED))
                        .count(),
                done));
    }

    /** Null where the partition has no member there any more. */
    private CompletableFuture<Row> one(Caller caller, Node node, int id, Planner planner) {
        View now = view.get();
        Partition p = now.cluster().partition(id).orElse(null);
        Member m = p == null
                ? null
                : p.members().stream()
                        .filter(x -> x.node() == node.id())
                        .findFirst()
                        .orElse(null);
        if (m == null) {
            return CompletableFuture.completedFuture(null);
        }
        AbsencePlan plan = planner.of(now, p, m);
        Row planned = new Row(
                now.partitionName(p),
                p.index(),
                now.diskName(m.disk()),
                plan.action(),
                null,
                plan.refusal() == null ? "" : plan.refusal().code(),
                plan.refusal() == null ? "" : plan.refusal().message());
        CompletableFuture<Row> row = CompletableFuture.completedFuture(planned);
        for (Command command : plan.commands()) {
            row = row.thenCompose(so -> step(caller, so, p.id(), command));
        }
        return row;
    }

    /** After a refusal nothing more is tried; one that is on its way already is as good as begun. */
    private CompletableFuture<Row> step(Caller caller, Row row, int partition, Command command) {
        if (row.action().equals(AbsencePlan.REFUSED)) {
            return CompletableFuture.completedFuture(row);
        }
        String id = caller.requestId().isEmpty()
                ? ""
                : caller.requestId() + "/" + partition + "/"
                        + command.getClass().getSimpleName();
        return asking.ask(new Caller(id, caller.user()), command).thenApply(o -> answered(row, command, o));
    }

    private static Row answered(Row row, Command command, Outcome o) {
        boolean begun = o.reason().equals("ALREADY_REJOINING") || o.reason().equals("ALREADY_REPAIRING");
        if (!o.accepted() && !begun) {
            return new Row(row.partition(), row.pid(), row.node(), AbsencePlan.REFUSED, null, o.reason(), o.message());
        }
        Long op = command instanceof Command.Elect ? row.op() : Long.valueOf(o.value());
        return new Row(row.partition(), row.pid(), row.node(), row.action(), op, "", "");
    }
}
