package io.kintsugi.master.transport;

import static io.kintsugi.master.transport.Api.answer;
import static io.kintsugi.master.transport.Api.body;
import static io.kintsugi.master.transport.Api.flag;
import static io.kintsugi.master.transport.Api.text;

import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.plan.Comparison;
import io.kintsugi.master.view.Counts;
import io.kintsugi.master.view.Digest;
import io.kintsugi.master.view.View;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** {@code /v1/partitions/verify}: has replicas compared, and says what the last comparison found. */
final class VerifyRoutes {
    private final AdminService service;

    VerifyRoutes(AdminService service) {
        this.service = service;
    }

    /** To be called before what takes any word behind {@code /v1/partitions/} for a partition. */
    void mount(Router router) {
        router.get("/v1/partitions/verify").handler(answer(200, c -> {
            View view = service.view();
            return Api.now(rows(
                    view,
                    named(
                            view,
                            c.queryParams().get("partition"),
                            c.queryParams().get("table"))));
        }));
        router.post("/v1/partitions/verify").handler(answer(202, this::verify));
    }

    /**
     * What a replica was last counted to hold; {@code entry} tells at which mark, 0: never. {@code same}: as most; null where that isn't known.
     */
    record ReplicaRow(long replica, String disk, long entry, long records, long bytes, Boolean same) {}

    /**
     * A partition's last comparison. {@code status}: never, same, differs; {@code counting}: another is under way, or waits for its turn.
     *
     * @param ranges of key hashes in which replicas differ
     */
    record VerifyRow(
            String partition,
            int id,
            String status,
            boolean counting,
            boolean confirmed,
            String at,
            Long ageSeconds,
            long epoch,
            long entry,
            long records,
            long bytes,
            List<String> ranges,
            List<ReplicaRow> replicas) {}

    private CompletableFuture<?> verify(RoutingContext c) {
        JsonObject body = body(c, "partition", "table", "dryRun");
        View view = service.view();
        String partition = body.getValue("partition") instanceof Number id
                ? Long.toString(id.longValue())
                : body.containsKey("partition") ? text(body, "partition") : null;
        Collection<Partition> named = named(view, partition, body.containsKey("table") ? text(body, "table") : null);
        if (flag(body, "dryRun")) {
            return Api.now(new Api.Reply(200, rows(view, named)));
        }
        return service.verify(named.stream().map(Partition::id).toList())
                .thenApply(asked -> rows(service.view(), named));
    }

    private Collection<Partition> named(View view, String partition, String table) {
        if (partition == null && table == null) {
            throw new ApiException(400, "MISSING_VALUE", "name a partition or a table", Map.of());
        }
        return partition != null
                ? List.of(Names.partition(view, partition))
                : view.cluster().partitionsOfTable(service.table(table).id());
    }

    static List<VerifyRow> rows(View view, Collection<Partition> partitions) {
        return partitions.stream().map(p -> row(view, p)).toList();
    }

    private static VerifyRow row(View view, Partition p) {
        Counts counts = view.reports().counts(p.id());
        List<Counts.Counted> judged = Counts.members(counts.judged(p), p);
        Optional<Comparison> differs = Comparison.of(view, p);
        Digest digest = differs.map(Comparison::digest)
                .orElseGet(() -> judged.isEmpty() ? null : judged.getFirst().digest());
        String status = digest == null ? "never" : differs.isPresent() ? "differs" : "same";
        return new VerifyRow(
                view.partitionName(p),
                p.id(),
                status,
                view.reports().counting(p.id()),
                differs.map(Comparison::confirmed).orElse(digest != null),
                digest == null ? null : Rows.time(digest.takenMillis()),
                digest == null ? null : Math.max(0, view.nowMillis() - digest.takenMillis()) / 1000,
                digest == null ? 0 : digest.epoch(),
                digest == null ? 0 : digest.index(),
                digest == null ? 0 : digest.records(),
                digest == null ? 0 : digest.bytes(),
                differs.map(Comparison::ranges).orElse(List.of()),
                p.all().stream().map(m -> replica(view, m, judged, digest)).toList());
    }

    private static ReplicaRow replica(View view, Member m, List<Counts.Counted> judged, Digest most) {
        return judged.stream()
                .filter(c -> c.replica() == m.replica())
                .map(Counts.Counted::digest)
                .map(d -> new ReplicaRow(
                        m.replica(), view.diskName(m.disk()), d.index(), d.records(), d.bytes(), d.equalContent(most)))
                .findFirst()
                .orElseGet(() -> new ReplicaRow(m.replica(), view.diskName(m.disk()), 0, 0, 0, null));
    }
}
