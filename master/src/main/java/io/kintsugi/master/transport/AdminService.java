package io.kintsugi.master.transport;

import io.kintsugi.common.config.Units;
import io.kintsugi.master.command.Command;
import io.kintsugi.master.command.Outcome;
import io.kintsugi.master.driver.ControlLoop;
import io.kintsugi.master.model.Brake;
import io.kintsugi.master.model.Cluster;
import io.kintsugi.master.model.ClusterView;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.model.Setting;
import io.kintsugi.master.model.Table;
import io.kintsugi.master.plan.Choice;
import io.kintsugi.master.plan.TablePlacement;
import io.kintsugi.master.port.Proposer;
import io.kintsugi.master.view.View;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** What operators can ask for, whatever API they ask by: plans where something has to be planned, proposes, and says what came of it. */
public final class AdminService {
    static final int DEFAULT_PARTITIONS = 8;
    static final int DEFAULT_REPLICAS = 3;
    static final String HASH = "crc32c";
    private static final Duration TABLE_READY = Duration.ofSeconds(15);
    private static final int PLACEMENT_ATTEMPTS = 3;

    /**
     * Who asks.
     *
     * @param requestId the same for a retry, "" for none
     */
    public record Caller(String requestId, String user) {}

    /**
     * A table that somebody wants.
     *
     * @param replicas 0: as many as there are datanodes, at most {@value #DEFAULT_REPLICAS}
     * @param owner "" for nobody
     * @param capacityGb GiB, 0 for no word on that
     * @param ttlMs how long a record lives whose writer doesn't say, 0 for ever
     */
    public record NewTable(
            String name, int partitions, int replicas, int minInSync, String owner, long capacityGb, long ttlMs) {
        /** One whose records stay. */
        public NewTable(String name, int partitions, int replicas, int minInSync, String owner, long capacityGb) {
            this(name, partitions, replicas, minInSync, owner, capacityGb, 0);
        }
    }

    private final Asking asking;
    private final Supplier<ClusterView> newest;
    private final ControlLoop loop;
    private final DrainService drains;
    private final BackupService backups;
    private final AbsenceService absences;

    public AdminService(Proposer proposer, Supplier<ClusterView> newest, ControlLoop loop) {
        this.asking = new Asking(proposer);
        this.newest = newest;
        this.loop = loop;
        this.drains = new DrainService(asking, this::view);
        this.backups = new BackupService(this::view, loop);
        this.absences = new AbsenceService(asking, this::view);
    }

    AbsenceService absences() {
        return absences;
    }

    /** The leader's view with the newest state, so that who changed something sees it. */
    public View view() {
        return loop.view()
                .map(v -> new View(newest.get(), v.reports(), v.nowNanos(), v.nowMillis(), v.term()))
                .orElseThrow(() -> new ApiException(
                        503, "NOT_READY", "this master doesn't lead, or not yet: ask again shortly", Map.of()));
    }

    public CompletableFuture<View> setSettings(Caller caller, Map<String, String> values) {
        Map<String, String> checked = new TreeMap<>();
        values.forEach((name, value) -> {
            Setting setting = Setting.byKey(name)
                    .orElseThrow(() -> ApiException.badRequest("BAD_SETTING", SettingNames.unknown(name)));
            String plain = plain(setting, value);
            setting.check(plain).ifPresent(wrong -> {
                throw ApiException.badRequest("BAD_SETTING", wrong);
            });
            checked.put(setting.key(), setting.normal(plain));
        });
        return asking.propose(caller, new Command.SetSettings(checked)).thenApply(o -> view());
    }

    /** {@code 20min} or {@code 64MiB} as the number that the setting is kept as; any other text as it is. */
    private static String plain(Setting setting, String value) {
        if (setting.key().endsWith("Ms")) {
            Duration duration = Units.duration(value.trim());
            return duration == null ? value : Long.toString(duration.toMillis());
        }
        Long bytes = setting.key().contains("Bytes") ? Units.size(value.trim()) : null;
        return bytes == null ? value : Long.toString(bytes);
    }

    /** What stopped automatic work is seen to: it goes on. */
    public CompletableFuture<Brake> releaseBrake(Caller caller) {
        return asking.propose(caller, new Command.ReleaseBrake()).thenApply(o -> brake());
    }

    public Brake brake() {
        return view().cluster().cluster().map(Cluster::brake).orElse(Brake.OFF);
    }

    /** What is kept of replicas that were removed by force. */
    public BackupService backups() {
        return backups;
    }

    /** Has the replicas of these partitions compared; completes once that is noted. */
    public CompletableFuture<Void> verify(Collection<Integer> partitions) {
        loop.verify(partitions);
        return loop.when(v -> true, TABLE_READY).thenApply(noted -> null);
    }

    /**
     * Begins the recovery of all data, or joins the one that goes on: its op's id.
     *
     * @param choices partition ids that may go on with a replica that isn't in-sync
     */
    public CompletableFuture<Long> recoverData(Caller caller, long waitMillis, List<Integer> choices) {
        return asking.propose(caller, new Command.RecoverData(waitMillis, choices))
                .thenApply(Outcome::value);
    }

    /** Marks a partition's data as given up, or takes that back. @param force also while a primary serves it */
    public CompletableFuture<Outcome> discard(Caller caller, Partition p, boolean discarded, boolean force) {
        View view = view();
        if (discarded && !force && view.served(p)) {
            throw new ApiException(
                    409,
                    "PARTITION_IS_SERVED",
                    view.partitionName(p) + " has a primary that serves it: only with force is it discarded",
                    Map.of());
        }
        return asking.propose(caller, new Command.SetDiscard(p.id(), discarded));
    }

    /** Datanodes, disks, replicas and ops. */
    public DrainService drains() {
        return drains;
    }

    /** Makes a table that belongs to nobody, as {@link #createTable(Caller, NewTable)}. */
    public CompletableFuture<Table> createTable(
            Caller caller, String name, int partitions, int replicas, int minInSync) {
        return createTable(caller, new NewTable(name, partitions, replicas, minInSync, "", 0));
    }

    /** Makes a table and waits, within a bound, until it serves. */
    public CompletableFuture<Table> createTable(Caller caller, NewTable wanted) {
        int partitions = wanted.partitions();
        int replicas = wanted.replicas();
        if (partitions < 1 || partitions > 65_536) {
            throw ApiException.badRequest("BAD_PARTITIONS", partitions + " partitions: a table has 1 to 65536");
        }
        if (replicas < 0 || replicas > 5) {
            throw ApiException.badRequest("BAD_REPLICAS", replicas + " replicas: a table has 1 to 5");
        }
        int copies =
                replicas == 0 ? Math.max(1, Math.min(DEFAULT_REPLICAS, TablePlacement.usableNodes(view()))) : replicas;
        Command.CreateTable table = new Command.CreateTable(
                wanted.name(),
                copies,
                wanted.minInSync(),
                HASH,
                List.of(),
                wanted.owner(),
                wanted.capacityGb(),
                wanted.ttlMs());
        return createTable(caller, table, partitions, 1)
                .thenCompose(id -> loop.when(v -> serves(v, id), TABLE_READY).thenApply(ready -> table(wanted.name())));
    }

    /** A disk may have gone between plan and command: then it is planned anew. Attempts have request ids of their own, the same in a retry. */
    private CompletableFuture<Integer> createTable(
            Caller caller, Command.CreateTable wanted, int partitions, int attempt) {
        List<Command.Placement> placements =
                switch (TablePlacement.plan(view(), partitions, wanted.replicas())) {
                    case Choice.Chosen<List<Command.Placement>>(List<Command.Placement> planned) -> planned;
                    case Choice.None<List<Command.Placement>>(var reason) ->
                        throw new ApiException(409, reason.code(), reason.message(), Map.of());
                };
        String id =
                caller.requestId().isEmpty() || attempt == 1 ? caller.requestId() : caller.requestId() + "/" + attempt;
        Command command = new Command.CreateTable(
                wanted.name(),
                wanted.replicas(),
                wanted.minInSync(),
                wanted.hash(),
                placements,
                wanted.owner(),
                wanted.capacityGb(),
                wanted.ttlMs());
        return asking.ask(new Caller(id, caller.user()), command).thenCompose(outcome -> {
            boolean stale = outcome.reason().equals("DISK_NOT_PLACEABLE")
                    || outcome.reason().equals("NO_SUCH_DISK");
            if (stale && attempt < PLACEMENT_ATTEMPTS) {
                return createTable(caller, wanted, partitions, attempt + 1);
            }
            return CompletableFuture.completedFuture(
                    (int) Asking.accepted(outcome).value());
        });
    }

    private static boolean serves(View view, int table) {
        return view.cluster().table(table).isPresent()
                && view.cluster().partitionsOfTable(table).stream().allMatch(view::served);
    }

    /** Changes what is given, as {@link Command.SetTable} has it. */
    public CompletableFuture<Table> setTable(Caller caller, String name, int minInSync, long ttlMs) {
        int id = table(name).id();
        return asking.propose(caller, new Command.SetTable(id, minInSync, ttlMs))
                .thenApply(o -> view().cluster().table(id).orElseThrow());
    }

    /** A retry whose first try did it finds no such table any more: so with a request id the name is looked up among the dropped, too. */
    public CompletableFuture<Table> dropTable(Caller caller, String name) {
        int id = caller.requestId().isEmpty() ? table(name).id() : latest(name).id();
        return asking.propose(caller, new Command.DropTable(id))
                .thenApply(o -> view().cluster().table(id).orElseThrow());
    }

    public Table table(String name) {
        return Names.table(view(), name);
    }

    private Table latest(String name) {
        return view().cluster().tableByName(name).orElseGet(() -> view().cluster().tables().stream()
                .filter(t -> t.name().equals(name))
                .reduce((a, b) -> b)
                .orElseGet(() -> table(name)));
    }
}
