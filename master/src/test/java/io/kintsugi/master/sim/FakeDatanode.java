package io.kintsugi.master.sim;

import io.kintsugi.master.driver.NodeLink;
import io.kintsugi.proto.ClusterNote;
import io.kintsugi.proto.CreateReplica;
import io.kintsugi.proto.Digest;
import io.kintsugi.proto.DiskHealth;
import io.kintsugi.proto.DiskHello;
import io.kintsugi.proto.DiskRecovery;
import io.kintsugi.proto.DiskReport;
import io.kintsugi.proto.Hello;
import io.kintsugi.proto.InSyncProposal;
import io.kintsugi.proto.Member;
import io.kintsugi.proto.NodeDown;
import io.kintsugi.proto.NodeUp;
import io.kintsugi.proto.PartitionConfig;
import io.kintsugi.proto.RecoverDisk;
import io.kintsugi.proto.ReplicaReport;
import io.kintsugi.proto.ReplicaState;
import io.kintsugi.proto.Report;
import io.kintsugi.proto.Role;
import io.kintsugi.proto.VerifyTask;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * A datanode that keeps to the protocol with the master and has no data: replicas get roles by configurations, and a primary takes in
 * whoever has been there for as long as a copy takes.
 */
public final class FakeDatanode {
    private static final Duration LATENCY = Duration.ofMillis(1);
    private static final Duration HEARTBEAT = Duration.ofMillis(200);
    private static final Duration RETRY = Duration.ofMillis(100);
    private static final long TOTAL_BYTES = 1L << 40;

    private static final class Replica {
        private final long id;
        private final String disk;
        private Duration copied = Duration.ZERO;
        private boolean seeded;
        private PartitionConfig config;
        private Role role = Role.ROLE_NONE;
        private ReplicaState state = ReplicaState.REPLICA_OK;
        private long lastIndex;
        /** Stands for all that it holds. */
        private long content;

        private Digest digest;

        Replica(long id, String disk, PartitionConfig config) {
            this.id = id;
            this.disk = disk;
            this.config = config;
            this.seeded = config.getInSyncList().contains(id);
        }

        /** Rule 9: primary only by hearing of an epoch above the stored one. */
        void configured(PartitionConfig newer) {
            config = newer;
            role = newer.getPrimary() == id ? Role.ROLE_PRIMARY : Role.ROLE_MEMBER;
        }
    }

    private final World world;
    private final SimMasters masters;
    private final Map<String, FakeDatanode> cluster;
    private final String name;
    private final String zone;
    private final Map<String, String> uuidByPath = new TreeMap<>();
    private final Map<Long, Replica> replicas = new LinkedHashMap<>();
    private final Set<Long> everHad = new HashSet<>();
    private final Map<String, DiskHealth> health = new HashMap<>();
    private final Set<String> mended = new HashSet<>();
    private final Map<String, DiskRecovery> recoveries = new HashMap<>();
    private final Map<String, Integer> diskIds = new HashMap<>();
    private final List<String> refusals = new ArrayList<>();
    private final Set<Long> backups = new HashSet<>();
    private final List<Long> asides = new ArrayList<>();
    private final List<ClusterNote> notes = new ArrayList<>();
    private String clusterId = "";
    private Duration copyTime = Duration.ofMillis(300);
    private boolean up;
    private boolean frozen;
    private boolean stalled;
    private boolean welcomed;
    private SimMasters.Stream stream;
    private long life;

    FakeDatanode(
            World world,
            SimMasters masters,
            Map<String, FakeDatanode> cluster,
            String name,
            String zone,
            List<String> paths) {
        this.world = world;
        this.masters = masters;
        this.cluster = cluster;
        this.name = name;
        this.zone = zone;
        paths.forEach(p -> uuidByPath.put(p, name + p + "#1"));
    }

    public void start() {
        up = true;
        frozen = false;
        life++;
        replicas.values().forEach(r -> r.role = Role.ROLE_NONE);
        connect(life);
        beat(life);
    }

    /** Like kill -9: the stream breaks, disks stay. */
    public void kill() {
        up = false;
        life++;
        if (stream != null) {
            stream.close();
            stream = null;
        }
    }

    /** A new, empty disk at the same path; takes effect at the next start. */
    public void wipe(String path) {
        String old = uuidByPath.get(path);
        replicas.values().removeIf(r -> r.disk.equals(old));
        uuidByPath.put(path, old + "+");
    }

    public void breakDisk(String path) {
        String disk = uuidByPath.get(path);
        health.put(disk, DiskHealth.DISK_BROKEN);
        replicas.values().stream().filter(r -> r.disk.equals(disk)).forEach(r -> {
            r.state = ReplicaState.REPLICA_LOST;
            r.role = Role.ROLE_NONE;
        });
        report(full());
    }

    /** Recovered as soon as an operator says so; a disk that isn't mended refuses that. */
    public void mend(String path) {
        mended.add(uuidByPath.get(path));
    }

    private void recover(RecoverDisk task) {
        String disk = diskIds.entrySet().stream()
                .filter(e -> e.getValue() == task.getDisk())
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow();
        if (mended.remove(disk)) {
            health.put(disk, DiskHealth.DISK_OK);
            recoveries.remove(disk);
            replicas.values().stream().filter(r -> r.disk.equals(disk)).forEach(r -> r.state = ReplicaState.REPLICA_OK);
        } else if (health.get(disk) == DiskHealth.DISK_BROKEN) {
            recoveries.put(
                    disk,
                    DiskRecovery.newBuilder()
                            .setRequest(task.getRequest())
                            .setError("EIO again")
                            .build());
        }
        report(full());
    }

    /** Like SIGSTOP and SIGCONT: the stream stays open, nothing is said or heard. */
    public void freeze(boolean on) {
        frozen = on;
    }

    /** Copies to it come no further. */
    public void stall(boolean on) {
        stalled = on;
    }

    public void full(String path, boolean on) {
        health.put(uuidByPath.get(path), on ? DiskHealth.DISK_FULL : DiskHealth.DISK_OK);
        if (up && welcomed) {
            report(full());
        }
    }

    public boolean up() {
        return up;
    }

    public void copyTime(Duration time) {
        copyTime = time;
    }

    public void corrupt(long replica) {
        replicas.get(replica).state = ReplicaState.REPLICA_CORRUPT;
        report(full());
    }

    /** A drill: the replica has stored something that no master said. */
    public void plant(long replica, UnaryOperator<PartitionConfig> drill) {
        Replica r = replicas.get(replica);
        r.config = drill.apply(r.config);
        report(Report.newBuilder().addReplicas(describe(r)).build());
    }

    public PartitionConfig stored(long replica) {
        return replicas.get(replica).config;
    }

    public void joinedCluster(String id) {
        clusterId = id;
    }

    public List<String> refusals() {
        return refusals;
    }

    public Set<Long> replicas() {
        return Set.copyOf(replicas.keySet());
    }

    /** Replicas that it was told to delete, and to keep as backups. */
    public Set<Long> backups() {
        return Set.copyOf(backups);
    }

    /** Its log is so long. */
    public void lastIndex(long replica, long index) {
        Replica r = replicas.get(replica);
        if (r == null) {
            throw new AssertionError("replica " + replica + " isn't on " + name + " any more");
        }
        r.lastIndex = index;
        report(full());
    }

    public String name() {
        return name;
    }

    private void connect(long of) {
        if (!up || of != life) {
            return;
        }
        if (frozen) {
            world.after(RETRY, () -> connect(of));
            return;
        }
        welcomed = false;
        Link link = new Link();
        stream = masters.connect(link);
        if (stream == null) {
            world.after(RETRY, () -> connect(of));
            return;
        }
        link.stream = stream;
        Hello.Builder hello = Hello.newBuilder()
                .setClusterId(clusterId)
                .setNodeUuid("uuid-" + name)
                .setName(name)
                .setAddress(name + ":1")
                .setHttpAddress(name + ":2")
                .setZone(zone);
        uuidByPath.forEach((path, uuid) -> hello.addDisks(
                DiskHello.newBuilder().setDiskUuid(uuid).setPath(path).setReport(disk(uuid))));
        send(NodeUp.newBuilder().setHello(hello).build());
    }

    private DiskReport.Builder disk(String uuid) {
        DiskReport.Builder report = DiskReport.newBuilder();
        if (recoveries.containsKey(uuid)) {
            report.setRecovery(recoveries.get(uuid));
        }
        return report.setDisk(diskIds.getOrDefault(uuid, 0))
                .setHealth(health.getOrDefault(uuid, DiskHealth.DISK_OK))
                .setTotalBytes(TOTAL_BYTES)
                .setUsedBytes(1000);
    }

    private void beat(long of) {
        if (!up || of != life) {
            return;
        }
        if (stream != null && !stream.open()) {
            stream = null;
            connect(of);
        }
        if (welcomed && !frozen) {
            report(Report.newBuilder().build());
            replicas.values().forEach(this::copy);
            replicas.values().forEach(this::takeIn);
        }
        world.after(HEARTBEAT, () -> beat(of));
    }

    /** From any in-sync member that lives. */
    private void copy(Replica r) {
        boolean source = r.config.getInSyncList().stream().anyMatch(id -> cluster.values().stream()
                .anyMatch(n -> n.up && !n.frozen && n.replicas.containsKey(id)));
        if (r.seeded || stalled || !source) {
            return;
        }
        r.copied = r.copied.plus(HEARTBEAT);
        r.seeded = r.copied.compareTo(copyTime) >= 0;
        of(r.config.getPrimary()).ifPresent(p -> r.content = p.content);
        report(Report.newBuilder().addReplicas(describe(r)).build());
    }

    /** As a primary: proposes members that have caught up. */
    private void takeIn(Replica r) {
        if (r.role != Role.ROLE_PRIMARY) {
            return;
        }
        List<Member> all = new ArrayList<>(r.config.getMembersList());
        if (r.config.hasJoining()) {
            all.add(r.config.getJoining());
        }
        List<Long> inSync = new ArrayList<>(r.config.getInSyncList());
        for (Member m : all) {
            if (!inSync.contains(m.getReplica())
                    && cluster.values().stream().anyMatch(n -> n.caughtUp(m.getReplica()))) {
                inSync.add(m.getReplica());
            }
        }
        if (inSync.size() > r.config.getInSyncCount()) {
            propose(r, inSync);
        }
    }

    private void propose(Replica r, List<Long> inSync) {
        send(NodeUp.newBuilder()
                .setProposal(InSyncProposal.newBuilder()
                        .setPartition(r.config.getPartition())
                        .setReplica(r.id)
                        .setEpoch(r.config.getEpoch())
                        .addAllInSync(inSync.stream().sorted().toList()))
                .build());
    }

    /** What masters gave it to keep, in order. */
    public List<ClusterNote> notes() {
        return List.copyOf(notes);
    }

    /** As a primary that can't reach anybody: proposes to go on alone. */
    public void proposeAlone(int partition) {
        replicas.values().stream()
                .filter(r -> r.config.getPartition() == partition && r.role == Role.ROLE_PRIMARY)
                .forEach(r -> propose(r, List.of(r.id)));
    }

    private boolean caughtUp(long replica) {
        Replica r = replicas.get(replica);
        return up && !frozen && r != null && r.state == ReplicaState.REPLICA_OK && r.seeded;
    }

    private void received(NodeDown message, SimMasters.Stream from) {
        if (!up || frozen || stream != from) {
            return;
        }
        switch (message.getBodyCase()) {
            case WELCOME -> {
                clusterId = message.getWelcome().getClusterId();
                diskIds.putAll(message.getWelcome().getDisksMap());
                welcomed = true;
                report(full());
            }
            case REFUSAL -> {
                refusals.add(message.getRefusal().getReason());
                stream = null;
                long of = life;
                world.after(RETRY, () -> connect(of));
            }
            case CONFIGURATION -> configured(message.getConfiguration());
            case CREATE -> create(message.getCreate());
            case DELETE -> {
                replicas.remove(message.getDelete().getReplica());
                if (message.getDelete().getToBackup()) {
                    backups.add(message.getDelete().getReplica());
                }
                report(Report.newBuilder()
                        .addRemoved(message.getDelete().getReplica())
                        .build());
            }
            case RECOVER_DISK -> recover(message.getRecoverDisk());
            case VERIFY -> verify(message.getVerify());
            case NOTE -> notes.add(message.getNote());
            case SETTINGS, BODY_NOT_SET -> {}
        }
    }

    private Optional<Replica> of(long replica) {
        return cluster.values().stream()
                .flatMap(n -> n.replicas.values().stream())
                .filter(r -> r.id == replica)
                .findFirst();
    }

    private void verify(VerifyTask task) {
        Replica r = replicas.get(task.getReplica());
        if (r == null || r.state != ReplicaState.REPLICA_OK) {
            return;
        }
        if (!task.getSetAside().isEmpty()) {
            asides.add(task.getIndex());
            r.state = ReplicaState.REPLICA_CORRUPT;
            r.role = Role.ROLE_NONE;
            report(Report.newBuilder().addReplicas(describe(r)).build());
        } else if (r.role == Role.ROLE_PRIMARY) {
            long mark = r.lastIndex + 1;
            cluster.values().forEach(n -> n.count(r.config, task.getRequest(), mark));
        }
    }

    /** All members apply the mark. */
    private void count(PartitionConfig config, long request, long mark) {
        for (Replica r : replicas.values()) {
            if (up
                    && r.config.getPartition() == config.getPartition()
                    && r.seeded
                    && r.state == ReplicaState.REPLICA_OK) {
                r.lastIndex = mark;
                r.digest = Digest.newBuilder()
                        .setRequest(request)
                        .setEpoch(config.getEpoch())
                        .setIndex(mark)
                        .setTakenMs(world.millis())
                        .setRecords(10)
                        .setBytes(100)
                        .addRanges(r.content)
                        .addRanges(0)
                        .build();
                report(Report.newBuilder().addReplicas(describe(r)).build());
            }
        }
    }

    /** What it holds isn't what it was given. */
    public void rot(long replica) {
        replicas.get(replica).content = replica;
    }

    /** At which marks it was told that a replica of it differs. */
    public List<Long> asides() {
        return List.copyOf(asides);
    }

    private void configured(PartitionConfig config) {
        for (Replica r : replicas.values()) {
            if (r.config.getPartition() == config.getPartition()
                    && r.config.getEpoch() < config.getEpoch()
                    && r.state == ReplicaState.REPLICA_OK) {
                r.configured(config);
                report(Report.newBuilder().addReplicas(describe(r)).build());
            }
        }
    }

    private void create(CreateReplica create) {
        String disk = diskIds.entrySet().stream()
                .filter(e -> e.getValue() == create.getDisk())
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow();
        Replica r = replicas.get(create.getReplica());
        if (r == null) {
            r = new Replica(create.getReplica(), disk, create.getConfiguration());
            r.configured(create.getConfiguration());
            if (!everHad.add(create.getReplica())) {
                r.state = ReplicaState.REPLICA_LOST;
                r.role = Role.ROLE_NONE;
            }
            replicas.put(r.id, r);
        }
        report(Report.newBuilder().addReplicas(describe(r)).build());
    }

    private Report full() {
        Report.Builder report = Report.newBuilder().setFull(true);
        replicas.values().forEach(r -> report.addReplicas(describe(r)));
        uuidByPath.values().forEach(uuid -> report.addDisks(disk(uuid)));
        return report.build();
    }

    private ReplicaReport describe(Replica r) {
        boolean inSync = r.config.getInSyncList().contains(r.id);
        ReplicaReport.Builder report = ReplicaReport.newBuilder();
        r.config.getMembersList().forEach(m -> report.addPeers(m.getReplica()));
        if (r.config.hasJoining()) {
            report.addPeers(r.config.getJoining().getReplica());
        }
        if (r.digest != null) {
            report.setDigest(r.digest);
        }
        return report.setReplica(r.id)
                .setPartition(r.config.getPartition())
                .setDisk(diskIds.get(r.disk))
                .setEpoch(r.config.getEpoch())
                .setRole(r.role)
                .setState(r.state == ReplicaState.REPLICA_OK && !r.seeded ? ReplicaState.REPLICA_SEEDING : r.state)
                .setSeedDoneBytes(inSync ? 0 : Math.min(r.copied.toMillis(), copyTime.toMillis()))
                .setSeedTotalBytes(inSync ? 0 : copyTime.toMillis())
                .setLastIndex(r.lastIndex)
                .setBytes(100)
                .build();
    }

    private void report(Report report) {
        send(NodeUp.newBuilder().setReport(report).build());
    }

    private void send(NodeUp message) {
        SimMasters.Stream to = stream;
        if (to != null) {
            world.after(LATENCY, () -> to.send(message));
        }
    }

    private final class Link implements NodeLink {
        private SimMasters.Stream stream;

        @Override
        public void send(NodeDown message) {
            world.after(LATENCY, () -> received(message, stream));
        }

        @Override
        public void close() {
            world.after(LATENCY, () -> {
                if (FakeDatanode.this.stream == stream) {
                    FakeDatanode.this.stream = null;
                    long of = life;
                    world.after(RETRY, () -> connect(of));
                }
            });
        }
    }
}
