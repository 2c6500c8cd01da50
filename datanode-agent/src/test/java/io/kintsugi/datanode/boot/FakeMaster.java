package io.kintsugi.datanode.boot;

import io.grpc.Server;
import io.grpc.stub.StreamObserver;
import io.kintsugi.common.net.GrpcNet;
import io.kintsugi.common.net.HostPort;
import io.kintsugi.proto.BackupReport;
import io.kintsugi.proto.BackupTask;
import io.kintsugi.proto.Backups;
import io.kintsugi.proto.CreateReplica;
import io.kintsugi.proto.DeleteReplica;
import io.kintsugi.proto.Digest;
import io.kintsugi.proto.DiskHello;
import io.kintsugi.proto.DiskReport;
import io.kintsugi.proto.Hello;
import io.kintsugi.proto.InSyncProposal;
import io.kintsugi.proto.MasterServiceGrpc;
import io.kintsugi.proto.Member;
import io.kintsugi.proto.NodeDown;
import io.kintsugi.proto.NodeSettings;
import io.kintsugi.proto.NodeUp;
import io.kintsugi.proto.PartitionConfig;
import io.kintsugi.proto.Refusal;
import io.kintsugi.proto.ReplicaReport;
import io.kintsugi.proto.Report;
import io.kintsugi.proto.Role;
import io.kintsugi.proto.TableDef;
import io.kintsugi.proto.VerifyTask;
import io.kintsugi.proto.Welcome;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * A master of one: keeps configurations in memory, grants what builds on the newest epoch, and gives office to a primary
 * without a role.
 */
final class FakeMaster extends MasterServiceGrpc.MasterServiceImplBase implements AutoCloseable {
    static final String CLUSTER = "test-cluster";

    private final Server server;
    private final Map<String, Integer> ids = new TreeMap<>();
    private final Map<Integer, Hello> nodes = new TreeMap<>();
    private final Map<Integer, StreamObserver<NodeDown>> streams = new TreeMap<>();
    private final Map<Integer, PartitionConfig> configs = new TreeMap<>();
    private final Map<Long, ReplicaReport> replicas = new TreeMap<>();
    private final Map<Long, Digest> digests = new TreeMap<>();
    private final Map<Integer, DiskReport> disks = new TreeMap<>();
    private final Set<Long> removed = new HashSet<>();
    private final List<String> uuids = new ArrayList<>();
    private final Set<Long> unwanted = new HashSet<>();
    private final Map<Integer, Backups> backups = new TreeMap<>();
    private String redirect = "";
    private long term = 1;
    private long lastReplica = 100;

    FakeMaster() throws IOException {
        server = GrpcNet.server(new HostPort("127.0.0.1", 0))
                .addService(this)
                .build()
                .start();
    }

    String address() {
        return "127.0.0.1:" + server.getPort();
    }

    /** From now on this master doesn't lead, and names who does. */
    synchronized void redirectTo(String other) {
        redirect = other;
    }

    synchronized void setTerm(long next) {
        term = next;
    }

    @Override
    public StreamObserver<NodeUp> attend(StreamObserver<NodeDown> down) {
        return new StreamObserver<>() {
            private int node;

            @Override
            public void onNext(NodeUp message) {
                synchronized (FakeMaster.this) {
                    switch (message.getBodyCase()) {
                        case HELLO -> node = hello(message.getHello(), down);
                        case REPORT -> report(message.getReport());
                        case PROPOSAL -> proposal(message.getProposal());
                        case BACKUPS -> backups.put(node, message.getBackups());
                        case BODY_NOT_SET -> {}
                    }
                }
            }

            @Override
            public void onError(Throwable broken) {
                gone();
            }

            @Override
            public void onCompleted() {
                gone();
            }

            private void gone() {
                synchronized (FakeMaster.this) {
                    streams.remove(node, down);
                }
            }
        };
    }

    private int hello(Hello hello, StreamObserver<NodeDown> down) {
        if (!redirect.isEmpty()) {
            down.onNext(NodeDown.newBuilder()
                    .setRefusal(Refusal.newBuilder().setReason("NOT_LEADER").setLeaderHint(redirect))
                    .build());
            down.onCompleted();
            return 0;
        }
        int node = id(hello.getNodeUuid());
        nodes.put(node, hello);
        streams.put(node, down);
        Welcome.Builder welcome = Welcome.newBuilder().setClusterId(CLUSTER).setNode(node);
        for (DiskHello disk : hello.getDisksList()) {
            welcome.putDisks(disk.getDiskUuid(), id(disk.getDiskUuid()));
            uuids.add(disk.getDiskUuid());
        }
        send(node, NodeDown.newBuilder().setWelcome(welcome));
        return node;
    }

    private int id(String uuid) {
        return ids.computeIfAbsent(uuid, u -> ids.size() + 1);
    }

    private void report(Report report) {
        report.getDisksList().forEach(disk -> disks.put(disk.getDisk(), disk));
        removed.addAll(report.getRemovedList());
        for (ReplicaReport replica : report.getReplicasList()) {
            replicas.put(replica.getReplica(), replica);
            if (replica.hasDigest()) {
                digests.put(replica.getReplica(), replica.getDigest());
            }
            PartitionConfig config = configs.get(replica.getPartition());
            if (config == null) {
                continue;
            }
            boolean idle = replica.getRole() == Role.ROLE_NONE && replica.getEpoch() == config.getEpoch();
            if (config.getPrimary() == replica.getReplica() && idle && !unwanted.contains(replica.getReplica())) {
                change(config.getPartition(), c -> c);
            } else if (replica.getEpoch() < config.getEpoch()) {
                broadcast(config);
            }
        }
        report.getRemovedList().forEach(replicas::remove);
    }

    private void proposal(InSyncProposal proposal) {
        PartitionConfig config = configs.get(proposal.getPartition());
        if (config.getEpoch() == proposal.getEpoch() && config.getPrimary() == proposal.getReplica()) {
            change(proposal.getPartition(), c -> c.clearInSync().addAllInSync(proposal.getInSyncList()));
        } else {
            broadcast(config);
        }
    }

    // ------------------------------------------------------------------ what tests do
    /** Disk ids of a node, in the order of its configuration. */
    synchronized List<Integer> disksOf(String name) {
        return node(name).getDisksList().stream()
                .map(disk -> id(disk.getDiskUuid()))
                .toList();
    }

    synchronized boolean attends(String name) {
        return nodes.entrySet().stream()
                .anyMatch(e -> e.getValue().getName().equals(name) && streams.containsKey(e.getKey()));
    }

    private Hello node(String name) {
        return nodes.values().stream()
                .filter(hello -> hello.getName().equals(name))
                .reduce((a, b) -> b)
                .orElseThrow();
    }

    /** A partition with a replica on the first disk of each of these nodes, the first its primary. */
    synchronized PartitionConfig create(int partition, String... names) {
        PartitionConfig.Builder config = PartitionConfig.newBuilder()
                .setPartition(partition)
                .setTable(TableDef.newBuilder()
                        .setId(1)
                        .setName("temp")
                        .setPartitions(8)
                        .setReplicas(names.length)
                        .setMinInSync(1)
                        .setHash("crc32c"))
                .setEpoch(1)
                .setGeneration(1);
        for (String name : names) {
            Member member = member(name);
            config.addMembers(member).addInSync(member.getReplica());
        }
        config.setPrimary(config.getInSync(0));
        configs.put(partition, config.build());
        config.getMembersList().forEach(member -> sendCreate(member, partition));
        return config.build();
    }

    private Member member(String name) {
        Hello hello = node(name);
        return Member.newBuilder()
                .setReplica(++lastReplica)
                .setNode(id(hello.getNodeUuid()))
                .setDisk(id(hello.getDisks(0).getDiskUuid()))
                .setAddress(hello.getAddress())
                .setHttpAddress(hello.getHttpAddress())
                .build();
    }

    synchronized Member join(int partition, String name) {
        Member joining = member(name);
        change(partition, c -> c.setJoining(joining));
        sendCreate(joining, partition);
        return joining;
    }

    synchronized void sendCreate(Member member, int partition) {
        send(
                member.getNode(),
                NodeDown.newBuilder()
                        .setCreate(CreateReplica.newBuilder()
                                .setReplica(member.getReplica())
                                .setDisk(member.getDisk())
                                .setConfiguration(configs.get(partition))));
    }

    synchronized void delete(Member member, int partition) {
        send(
                member.getNode(),
                NodeDown.newBuilder()
                        .setDelete(DeleteReplica.newBuilder()
                                .setReplica(member.getReplica())
                                .setPartition(partition)
                                .setEpoch(configs.get(partition).getEpoch())));
    }

    /** As after a forced recovery that went on without it. */
    synchronized void deleteToBackup(Member member, int partition) {
        send(
                member.getNode(),
                NodeDown.newBuilder()
                        .setDelete(DeleteReplica.newBuilder()
                                .setReplica(member.getReplica())
                                .setPartition(partition)
                                .setEpoch(configs.get(partition).getEpoch() + 1)
                                .setToBackup(true)));
    }

    synchronized List<BackupReport> backups(Member member) {
        return backups.getOrDefault(member.getNode(), Backups.getDefaultInstance())
                .getBackupsList();
    }

    synchronized void keepBackups(Member member, long millis) {
        send(
                member.getNode(),
                NodeDown.newBuilder()
                        .setSettings(NodeSettings.newBuilder().putValues("DpBackupTimeoutMs", Long.toString(millis))));
    }

    synchronized void removeBackup(Member member) {
        send(member.getNode(), NodeDown.newBuilder().setRemoveBackup(task(member)));
    }

    synchronized void restoreBackup(Member member) {
        send(member.getNode(), NodeDown.newBuilder().setRestoreBackup(task(member)));
    }

    private static BackupTask.Builder task(Member member) {
        return BackupTask.newBuilder().setReplica(member.getReplica()).setDisk(member.getDisk());
    }

    /** The next epoch. */
    synchronized void change(int partition, UnaryOperator<PartitionConfig.Builder> how) {
        PartitionConfig old = configs.get(partition);
        PartitionConfig next =
                how.apply(old.toBuilder()).setEpoch(old.getEpoch() + 1).build();
        configs.put(partition, next);
        broadcast(next);
    }

    private void broadcast(PartitionConfig config) {
        streams.keySet().forEach(node -> send(node, NodeDown.newBuilder().setConfiguration(config)));
    }

    private void send(int node, NodeDown.Builder message) {
        StreamObserver<NodeDown> stream = streams.get(node);
        if (stream != null) {
            stream.onNext(message.setGeneration(1).setTerm(term).build());
        }
    }

    synchronized PartitionConfig config(int partition) {
        return configs.get(partition);
    }

    synchronized ReplicaReport report(long replica) {
        return replicas.getOrDefault(replica, ReplicaReport.getDefaultInstance());
    }

    synchronized DiskReport disk(int disk) {
        return disks.getOrDefault(disk, DiskReport.getDefaultInstance());
    }

    /** Has the primary put a mark into the log. */
    synchronized void verify(int partition, long request) {
        PartitionConfig config = configs.get(partition);
        Member primary = TestNodes.member(config, config.getPrimary());
        send(
                primary.getNode(),
                NodeDown.newBuilder()
                        .setVerify(VerifyTask.newBuilder()
                                .setPartition(partition)
                                .setReplica(primary.getReplica())
                                .setRequest(request)));
    }

    synchronized void setAside(Member member, long index) {
        send(
                member.getNode(),
                NodeDown.newBuilder()
                        .setVerify(VerifyTask.newBuilder()
                                .setReplica(member.getReplica())
                                .setSetAside("told by a test")
                                .setIndex(index)));
    }

    /** Of the last mark that the replica has counted at. */
    synchronized Digest digest(long replica) {
        return digests.getOrDefault(replica, Digest.getDefaultInstance());
    }

    synchronized boolean wasRemoved(long replica) {
        return removed.contains(replica);
    }

    synchronized List<String> uuids() {
        return List.copyOf(uuids);
    }

    @Override
    public void close() {
        server.shutdownNow();
    }
}
