package io.kintsugi.chaos.run;

import com.fasterxml.jackson.databind.JsonNode;
import io.kintsugi.chaos.AdminClient;
import io.kintsugi.chaos.ProcessCluster;
import io.kintsugi.chaos.fault.FaultShim;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/**
 * What may be broken, and what is broken already. The bounds are what makes the laws hold: a majority of masters is always left in peace,
 * at most one datanode is out of order at a time, and what destroys data waits until every partition has all its copies.
 */
final class Arena {
    final ProcessCluster cluster;
    final AdminClient admin;
    final Random random;
    /** Empty where it can't be built. */
    final Optional<FaultShim> shim;

    /** A frozen master is waited for no longer. */
    static final Duration ANSWER = Duration.ofSeconds(2);

    private final int disks;
    private final List<String> endedByThemselves = new ArrayList<>();
    private final Set<String> troubled = new TreeSet<>();

    Arena(ProcessCluster cluster, int disks, Random random, Optional<FaultShim> shim) {
        this.cluster = cluster;
        this.admin = cluster.admin(ANSWER);
        this.disks = disks;
        this.random = random;
        this.shim = shim;
    }

    /** A master that may be troubled now; it is, until {@link #release}. */
    Optional<String> takeMaster() {
        List<String> masters = cluster.masters();
        long already = masters.stream().filter(troubled::contains).count();
        return already >= (masters.size() - 1) / 2 ? Optional.empty() : take(masters);
    }

    /** A datanode that may be troubled now; it is, until {@link #release}. */
    Optional<String> takeDatanode() {
        List<String> datanodes = cluster.datanodes();
        return datanodes.stream().anyMatch(troubled::contains) ? Optional.empty() : take(datanodes);
    }

    /** Like {@link #takeDatanode}, for what destroys its data: only when every partition has all its copies. */
    Optional<String> takeDatanodeToDestroy() {
        Optional<String> taken = takeDatanode();
        if (taken.isPresent() && !allInSync()) {
            release(taken.get());
            return Optional.empty();
        }
        return taken;
    }

    /** Like {@link #takeMaster}, for what destroys its store: only when all masters are there. */
    Optional<String> takeMasterToDestroy() {
        Optional<String> taken = takeMaster();
        if (taken.isPresent() && mastersAlive() < cluster.masters().size()) {
            release(taken.get());
            return Optional.empty();
        }
        return taken;
    }

    private Optional<String> take(List<String> instances) {
        String one = oneOf(instances);
        return troubled.add(one) ? Optional.of(one) : Optional.empty();
    }

    /** Kills it and starts it again. One that has ended by itself is noted: no fault here should end a process. */
    void restart(String instance) {
        try {
            cluster.kill(instance);
        } catch (IllegalStateException e) {
            if (!e.getMessage().contains("NOT_RUNNING")) {
                throw e;
            }
            endedByThemselves.add(instance);
        }
        cluster.startAgain(instance);
    }

    /** Instances that ran no more though nobody had ended them. */
    List<String> endedByThemselves() {
        return endedByThemselves;
    }

    void release(String instance) {
        troubled.remove(instance);
    }

    /** A directory of a disk of this datanode. */
    Path diskOf(String datanode) {
        return cluster.dir(datanode).resolve("disk" + (1 + random.nextInt(disks)));
    }

    <T> T oneOf(List<T> all) {
        return all.get(random.nextInt(all.size()));
    }

    <T> T oneOf(Collection<T> all) {
        return oneOf(new ArrayList<>(all));
    }

    boolean allInSync() {
        JsonNode c = admin.get("/v1/cluster");
        return c.path("partitionsWithoutPrimary").asInt(-1) == 0
                && c.path("partitionsUnderReplicated").asInt(-1) == 0;
    }

    int mastersAlive() {
        int alive = 0;
        for (JsonNode m : admin.get("/v1/cluster").path("masters")) {
            alive += m.path("alive").asBoolean() ? 1 : 0;
        }
        return alive;
    }
}
