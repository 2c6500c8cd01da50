package io.kintsugi.chaos.run;

import com.fasterxml.jackson.databind.JsonNode;
import io.kintsugi.chaos.AdminClient;
import io.kintsugi.chaos.ProcessCluster;
import io.kintsugi.chaos.fault.FaultShim;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/**
 * What may be broken, and what is broken already. The bounds are what makes the laws hold: a majority of masters is always left in peace,
 * at most one datanode is out of order at a time, and what destroys data waits until every partition has all its copies. An instance is
 * out of order until it takes part again ({@link #isBack}), not only until its fault has ended.
 */
final class Arena {
    /** A frozen master is waited for no longer. */
    static final Duration ANSWER = Duration.ofSeconds(2);
    /** While no master serves there is nothing to be asked. */
    static final Duration PATIENCE = Duration.ofSeconds(5);

    /** With no datanode in trouble, copies are complete again soon. */
    private static final Duration MENDS = Duration.ofSeconds(10);

    private static final Duration BETWEEN = Duration.ofMillis(200);

    final ProcessCluster cluster;
    final AdminClient admin;
    /** Of the one thread that breaks things. */
    final Random random;
    /** Empty where it can't be built. */
    final Optional<FaultShim> shim;

    private final int disks;
    private final Set<String> singleCopies;
    private final List<String> endedByThemselves = new ArrayList<>();
    private final Set<String> troubled = new TreeSet<>();

    /** @param singleCopies tables with one replica: what is lost of them is lost */
    Arena(ProcessCluster cluster, int disks, Set<String> singleCopies, Random random, Optional<FaultShim> shim) {
        this.cluster = cluster;
        this.admin = cluster.admin(ANSWER, PATIENCE);
        this.disks = disks;
        this.singleCopies = singleCopies;
        this.random = random;
        this.shim = shim;
    }

    /** A master that may be troubled now; it is, until {@link #release}. */
    Optional<String> takeMaster() {
        return take(cluster.masters(), (cluster.masters().size() - 1) / 2);
    }

    /** A datanode that may be troubled now; it is, until {@link #release}. */
    Optional<String> takeDatanode() {
        return take(cluster.datanodes(), 1);
    }

    /** Like {@link #takeDatanode}, for what destroys its data: waits a little until every partition has all its copies. */
    Optional<String> takeDatanodeToDestroy() {
        return only(takeDatanode(), datanode -> soonAllInSync());
    }

    private boolean soonAllInSync() {
        long deadline = System.nanoTime() + MENDS.toNanos();
        while (!allInSync()) {
            if (System.nanoTime() - deadline >= 0) {
                return false;
            }
            LockSupport.parkNanos(BETWEEN.toNanos());
        }
        return true;
    }

    /** Like {@link #takeMaster}, for what destroys its store: only when all masters take part. */
    Optional<String> takeMasterToDestroy() {
        return only(takeMaster(), master -> cluster.masters().stream().allMatch(this::isBack));
    }

    /** One of these, as long as fewer than {@code most} of them are in trouble. */
    private synchronized Optional<String> take(List<String> instances, int most) {
        if (instances.stream().filter(troubled::contains).count() >= most) {
            return Optional.empty();
        }
        String one = oneOf(random, instances);
        return troubled.add(one) ? Optional.of(one) : Optional.empty();
    }

    private Optional<String> only(Optional<String> taken, Predicate<String> allowed) {
        boolean granted = false;
        try {
            granted = taken.isPresent() && allowed.test(taken.get());
        } catch (IllegalStateException e) {
            return Optional.empty(); // no master serves: nobody knows
        } finally {
            if (!granted) {
                taken.ifPresent(this::release);
            }
        }
        return granted ? taken : Optional.empty();
    }

    /** Says that a disk is mended, until it isn't broken any more, or for a while; the fault's end asks again if that isn't long enough. */
    void recover(String datanode, Path disk) {
        long deadline = System.nanoTime() + MENDS.toNanos();
        boolean broken = true;
        while (broken && System.nanoTime() - deadline < 0) {
            LockSupport.parkNanos(BETWEEN.toNanos());
            try {
                broken = !isBack(datanode) || isBroken(datanode, disk);
                if (broken && isBack(datanode)) {
                    admin.post("/v1/disks/recover", Map.of("node", datanode, "path", disk.toString()));
                }
            } catch (AdminClient.Refused | IllegalStateException e) {
                broken = true; // not known yet, or nobody serves: asked again
            }
        }
    }

    private boolean isBroken(String datanode, Path disk) {
        for (JsonNode row : admin.get("/v1/disks")) {
            if (row.path("node").asText().equals(datanode)
                    && row.path("path").asText().equals(disk.toString())) {
                return row.path("status").asText().equals("Unavailable")
                        || !row.path("unavailableSince").isNull();
            }
        }
        return true;
    }

    synchronized void release(String instance) {
        troubled.remove(instance);
    }

    /** Whether it takes part: a datanode that the leader hears, a master that is a voter and knows the leader. Never waits long. */
    boolean isBack(String instance) {
        try {
            if (cluster.masters().contains(instance)) {
                JsonNode info = AdminClient.getFrom(cluster.http(instance), "/v1/internal/info", ANSWER);
                return info.path("state").asText().equals("ready");
            }
            for (JsonNode node : admin.get("/v1/nodes")) {
                if (node.path("node").asText().equals(instance)) {
                    return node.path("alive").asBoolean();
                }
            }
            return false;
        } catch (IOException | RuntimeException e) {
            return false;
        }
    }

    /** Kills it and starts it again. One that has ended by itself is noted: no fault here should end a process. */
    void restart(String instance) {
        kill(instance);
        cluster.startAgain(instance);
    }

    /** Ends it as a crash would. One that has ended by itself is noted. */
    void kill(String instance) {
        try {
            cluster.kill(instance);
        } catch (IllegalStateException e) {
            if (!e.getMessage().contains("NOT_RUNNING")) {
                throw e;
            }
            synchronized (this) {
                endedByThemselves.add(instance);
            }
        }
    }

    /** Instances that ran no more though nobody had ended them. */
    synchronized List<String> endedByThemselves() {
        return List.copyOf(endedByThemselves);
    }

    /** A directory of a disk of this datanode. */
    Path diskOf(String datanode) {
        return cluster.dir(datanode).resolve("disk" + (1 + random.nextInt(disks)));
    }

    /** Whether what is on this disk may be lost: another datanode has a good copy of each of its partitions. */
    boolean mayLose(String datanode, Path disk) {
        for (JsonNode p : admin.get("/v1/partitions")) {
            boolean concerned = isOn(p.path("members"), datanode, disk)
                    || p.path("joining").asText().equals(datanode + ":" + disk);
            if (concerned && (isSingle(p) || !hasCopyElsewhere(p, datanode))) {
                return false;
            }
        }
        return true;
    }

    /** Directories of replicas on this disk that have copies elsewhere. */
    List<Path> replicasWithCopies(String datanode, Path disk) {
        List<Path> directories = new ArrayList<>();
        for (JsonNode p : admin.get("/v1/partitions")) {
            for (JsonNode m : p.path("members")) {
                if (!isSingle(p) && isOn(m, datanode, disk)) {
                    directories.add(disk.resolve("replicas")
                            .resolve(p.path("id").asText() + "-"
                                    + m.path("replica").asText()));
                }
            }
        }
        return directories;
    }

    private boolean isSingle(JsonNode partition) {
        return singleCopies.contains(partition.path("table").asText());
    }

    private static boolean hasCopyElsewhere(JsonNode partition, String datanode) {
        for (JsonNode place : partition.path("inSync")) {
            if (!place.asText().startsWith(datanode + ":")) {
                return true;
            }
        }
        return false;
    }

    private static boolean isOn(JsonNode members, String datanode, Path disk) {
        if (members.isArray()) {
            for (JsonNode m : members) {
                if (isOn(m, datanode, disk)) {
                    return true;
                }
            }
            return false;
        }
        return members.path("node").asText().equals(datanode)
                && members.path("disk").asText().equals(disk.toString());
    }

    static <T> T oneOf(Random random, List<T> all) {
        return all.get(random.nextInt(all.size()));
    }

    boolean allInSync() {
        JsonNode c = admin.get("/v1/cluster");
        return c.path("partitionsWithoutPrimary").asInt(-1) == 0
                && c.path("partitionsUnderReplicated").asInt(-1) == 0;
    }
}
