package io.kintsugi.datanode.drill;

import io.kintsugi.datanode.host.DiskHost;
import io.kintsugi.datanode.host.NodeHost;
import io.kintsugi.datanode.host.ReplicaHost;
import io.kintsugi.datanode.replica.Config;
import io.kintsugi.datanode.replica.Member;
import io.kintsugi.datanode.store.StorageException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The faults that are planted in this datanode. A planted configuration has the epoch of the true one, so it is nobody's office: a replica that
 * was reloaded has no role before it hears of a higher epoch. Thread-safe.
 */
public final class Drills {
    private static final Logger LOG = LoggerFactory.getLogger(Drills.class);
    private static final String WHY = "DRILL: planted by an operator";
    /** Far above any id that a master gives out. */
    private static final long NOBODY = 1L << 60;

    /** @param before the configuration that was there, or null */
    private record Planted(String drill, String target, ReplicaHost replica, Config before) {}

    private final boolean allowed;
    private final NodeHost node;
    private final Map<String, Planted> planted = new ConcurrentSkipListMap<>();

    /** @param allowed whether drills are on in this datanode's configuration */
    public Drills(boolean allowed, NodeHost node) {
        this.allowed = allowed;
        this.node = node;
    }

    boolean allowed() {
        return allowed;
    }

    /** {@code drill target} of all that is planted. */
    List<String> planted() {
        return List.copyOf(planted.keySet());
    }

    /**
     * Plants a drill; completes with what was done.
     *
     * @throws IllegalArgumentException names what is wrong with the target
     */
    public CompletableFuture<String> on(Drill drill, String target) {
        CompletableFuture<Planted> done =
                switch (drill) {
                    case BREAK_DISK -> {
                        disk(target).fail(null, new StorageException(StorageException.Kind.DISK, WHY));
                        yield CompletableFuture.completedFuture(new Planted(drill.text(), target, null, null));
                    }
                    case BREAK_REPLICA -> {
                        ReplicaHost replica = replica(target);
                        replica.disk().fail(replica, new StorageException(StorageException.Kind.REPLICA, WHY));
                        yield CompletableFuture.completedFuture(new Planted(drill.text(), target, replica, null));
                    }
                    case EXTRA_PEER -> plant(drill, target, Drills::withNobody);
                    case MISSING_PEER -> {
                        long self = replica(target).id();
                        yield plant(drill, target, config -> withoutAnother(config, self));
                    }
                };
        return done.thenApply(p -> {
            LOG.warn("DRILL_ON drill={} target={}", drill.text(), target);
            planted.put(key(drill, target), p);
            return drill.text() + " is on for " + target;
        });
    }

    /** What can be undone is. */
    CompletableFuture<String> off(Drill drill, String target) {
        Planted p = planted.get(key(drill, target));
        if (p == null) {
            throw new IllegalArgumentException(drill.text() + " isn't on for '" + target + "'");
        }
        CompletableFuture<?> undone =
                switch (drill) {
                    case BREAK_DISK -> CompletableFuture.completedFuture(null);
                    case BREAK_REPLICA -> p.replica().disk().reload(p.replica().id(), same -> same);
                    case EXTRA_PEER, MISSING_PEER ->
                        p.replica()
                                .disk()
                                .reload(
                                        p.replica().id(),
                                        now -> now.epoch() == p.before().epoch() ? p.before() : now);
                };
        return undone.thenApply(any -> {
            LOG.warn("DRILL_OFF drill={} target={}", drill.text(), target);
            planted.remove(key(drill, target));
            return drill.text() + " is off for " + target;
        });
    }

    private static String key(Drill drill, String target) {
        return drill.text() + " " + target;
    }

    private CompletableFuture<Planted> plant(Drill drill, String target, UnaryOperator<Config> change) {
        ReplicaHost replica = replica(target);
        AtomicReference<Config> before = new AtomicReference<>();
        return replica.disk()
                .reload(replica.id(), config -> {
                    before.set(config);
                    return change.apply(config);
                })
                .thenApply(fresh -> new Planted(drill.text(), target, fresh, before.get()));
    }

    private static Config withNobody(Config c) {
        Member like = c.everyone().getFirst();
        List<Member> members = new ArrayList<>(c.members());
        members.add(new Member(NOBODY + c.partition(), 0, 0, like.address(), like.httpAddress()));
        return with(c, members, c.inSync());
    }

    /** Without the primary if need be: that one has to be told its office anew then, as after any restart. */
    private static Config withoutAnother(Config c, long self) {
        List<Member> members = new ArrayList<>(c.members());
        for (int i = members.size() - 1; i >= 0; i--) {
            long id = members.get(i).replica();
            if (id != self && id != c.primary()) {
                members.remove(i);
                return with(c, members, c.inSync().stream().filter(r -> r != id).toList());
            }
        }
        throw new IllegalArgumentException("the configuration names nobody whom it could lack");
    }

    private static Config with(Config c, List<Member> members, List<Long> inSync) {
        return new Config(
                c.partition(),
                c.index(),
                c.table(),
                c.epoch(),
                members,
                c.joining(),
                c.leaving(),
                inSync,
                c.primary(),
                c.generation());
    }

    /** By its path. */
    private DiskHost disk(String path) {
        return node.disks().stream()
                .filter(d -> d.path().equals(path))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("this datanode has no disk '" + path + "'"));
    }

    /** By its id. */
    private ReplicaHost replica(String id) {
        ReplicaHost replica = id.matches("\\d{1,18}") ? node.replica(Long.parseLong(id)) : null;
        if (replica == null) {
            throw new IllegalArgumentException("this datanode has no replica '" + id + "' that is open");
        }
        return replica;
    }
}
