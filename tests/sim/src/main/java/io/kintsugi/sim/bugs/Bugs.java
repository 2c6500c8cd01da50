package io.kintsugi.sim.bugs;

import io.kintsugi.mutants.Catalog;
import io.kintsugi.mutants.PlantedBug;
import java.util.List;
import java.util.stream.Stream;

/** The bugs that the searches are to find; their texts are in the {@code .bugs} files beside this class. */
public final class Bugs {
    private static final List<String> STATE = List.of("io.kintsugi.master.state.", "io.kintsugi.master.model.");

    private Bugs() {}

    /** Of the master: its state, planner and drivers. */
    public static List<PlantedBug> ofControl() {
        return Catalog.read(Bugs.class, "control.bugs");
    }

    /** Those of the master that what a command does shows by itself. */
    public static List<PlantedBug> ofState() {
        return Stream.concat(ofControl().stream(), ofBalance().stream())
                .filter(bug -> !bug.area().equals("snapshot"))
                .filter(bug ->
                        bug.edits().stream().anyMatch(edit -> STATE.stream().anyMatch(edit.type()::startsWith)))
                .toList();
    }

    /** Those of the master, the datanode and the client that only the whole cluster shows. */
    public static List<PlantedBug> ofCluster() {
        List<PlantedBug> state = ofState();
        return Stream.of(ofControl(), ofDatanode(), ofRecovery(), ofClient(), ofBalance())
                .flatMap(List::stream)
                .filter(bug -> !state.contains(bug))
                .toList();
    }

    /** Of the datanode around its replicas. */
    public static List<PlantedBug> ofDatanode() {
        return Catalog.read(Bugs.class, "datanode.bugs");
    }

    /** Of recovery by force, and of configurations that aren't the masters'. */
    public static List<PlantedBug> ofRecovery() {
        return Catalog.read(Bugs.class, "recovery.bugs");
    }

    /** Of what evens out primaries and replicas. */
    public static List<PlantedBug> ofBalance() {
        return Catalog.read(Bugs.class, "balance.bugs");
    }

    /** Of the client library. */
    public static List<PlantedBug> ofClient() {
        return Catalog.read(Bugs.class, "client.bugs");
    }

    /** Of the replication rules. */
    public static List<PlantedBug> ofProtocol() {
        return Catalog.read(Bugs.class, "protocol.bugs");
    }

    /** Of the rules by which partitions are mended. */
    public static List<PlantedBug> ofRepair() {
        return Catalog.read(Bugs.class, "repair.bugs");
    }

    /** All of them. */
    public static List<PlantedBug> all() {
        return Stream.of(ofControl(), ofDatanode(), ofProtocol(), ofRepair(), ofRecovery(), ofClient(), ofBalance())
                .flatMap(List::stream)
                .toList();
    }
}
