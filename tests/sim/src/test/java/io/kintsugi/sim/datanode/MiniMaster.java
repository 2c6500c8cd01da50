package io.kintsugi.sim.datanode;

import io.kintsugi.datanode.replica.Config;
import io.kintsugi.datanode.replica.Member;
import io.kintsugi.datanode.replica.TableDefinition;
import io.kintsugi.datanode.transport.Protos;
import io.kintsugi.proto.CreateReplica;
import io.kintsugi.proto.DeleteReplica;
import io.kintsugi.proto.DiskHealth;
import io.kintsugi.proto.DiskHello;
import io.kintsugi.proto.DiskReport;
import io.kintsugi.proto.Hello;
import io.kintsugi.proto.InSyncProposal;
import io.kintsugi.proto.NodeDown;
import io.kintsugi.proto.NodeUp;
import io.kintsugi.proto.RecoverDisk;
import io.kintsugi.proto.ReplicaReport;
import io.kintsugi.proto.ReplicaState;
import io.kintsugi.proto.Report;
import io.kintsugi.proto.Role;
import io.kintsugi.proto.Welcome;
import io.kintsugi.sim.world.Process;
import io.kintsugi.sim.world.Stream;
import io.kintsugi.sim.world.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A master that never fails, reduced to one partition: grants, elects, replaces what is lost, deletes what nobody names. */
final class MiniMaster implements MasterDoor {
    static final int PARTITION = 1;
    private static final long DEAD = Duration.ofSeconds(2).toNanos();
    private static final TableDefinition TABLE = new TableDefinition(1, "t", 1, 3, 1, "crc32c", false, 0);

    /** What is known of a node. */
    private static final class Node {
        final int id;
        final String address;
        Stream<NodeDown, NodeUp> down;
        long heardAt;
        final Map<Integer, DiskReport> disks = new TreeMap<>();
        final Map<Long, ReplicaReport> replicas = new TreeMap<>();

        Node(int id, String address) {
            this.id = id;
            this.address = address;
        }
    }

    private final World world;
    private final Process process;
    private final int expected;
    private final Map<String, Node> nodes = new TreeMap<>();
    private final Map<String, Integer> diskIds = new TreeMap<>();
    private long lastReplica = 10;
    private int replaced;
    private int lostOnWorkingDisk;
    private int moves;
    private int recoveries;
    private boolean recoversAlways;
    private boolean leavesLostAlone;
    private Config config;

    MiniMaster(World world, int expected) {
        this.world = world;
        this.expected = expected;
        process = new Process(world, "m1");
        process.start();
        tick();
    }

    @Override
    public Process process() {
        return process;
    }

    /** Null before the partition was made. */
    Config config() {
        return config;
    }

    int moves() {
        return moves;
    }

    /** How many replicas were given up. */
    int replaced() {
        return replaced;
    }

    /** Replicas that were told of as lost while their disk was not known to be broken. */
    int lostOnWorkingDisk() {
        return lostOnWorkingDisk;
    }

    private static boolean works(Node node, int disk) {
        return node.disks.containsKey(disk) && node.disks.get(disk).getHealth() != DiskHealth.DISK_BROKEN;
    }

    boolean healthy() {
        return config != null
                && config.inSync().size() == expected
                && config.members().size() == expected;
    }

    @Override
    public Stream.Receiver<NodeUp> attend(Stream<NodeDown, NodeUp> down) {
        Node[] node = new Node[1];
        return new Stream.Receiver<>() {
            @Override
            public void received(NodeUp message) {
                if (message.hasHello()) {
                    node[0] = hello(message.getHello(), down);
                } else if (node[0] != null && node[0].down == down) {
                    node[0].heardAt = world.now();
                    if (message.hasReport()) {
                        report(node[0], message.getReport());
                    } else {
                        proposed(node[0], message.getProposal());
                    }
                }
            }

            @Override
            public void closed() {
                if (node[0] != null && node[0].down == down) {
                    node[0].down = null;
                }
            }
        };
    }

    private Node hello(Hello hello, Stream<NodeDown, NodeUp> down) {
        Node node = nodes.computeIfAbsent(hello.getName(), name -> new Node(nodes.size() + 1, hello.getAddress()));
        node.down = down;
        node.heardAt = world.now();
        Welcome.Builder welcome = Welcome.newBuilder().setClusterId("c").setNode(node.id);
        node.disks.clear();
        for (DiskHello disk : hello.getDisksList()) {
            int id = diskIds.computeIfAbsent(disk.getDiskUuid(), uuid -> diskIds.size() + 1);
            welcome.putDisks(disk.getDiskUuid(), id);
            node.disks.put(id, disk.getReport());
        }
        say(node, NodeDown.newBuilder().setWelcome(welcome));
        return node;
    }

    private void report(Node node, Report report) {
        if (report.getFull()) {
            node.replicas.clear();
        }
        report.getReplicasList().forEach(r -> node.replicas.put(r.getReplica(), r));
        report.getRemovedList().forEach(node.replicas::remove);
        report.getDisksList().forEach(disk -> node.disks.put(disk.getDisk(), disk));
        lostOnWorkingDisk += (int) report.getReplicasList().stream()
                .filter(r -> r.getState() == ReplicaState.REPLICA_LOST && works(node, r.getDisk()))
                .count();
        if (config == null) {
            return;
        }
        for (ReplicaReport replica : List.copyOf(node.replicas.values())) {
            if (!config.names(replica.getReplica())) {
                say(
                        node,
                        NodeDown.newBuilder()
                                .setDelete(DeleteReplica.newBuilder()
                                        .setReplica(replica.getReplica())
                                        .setPartition(PARTITION)
                                        .setEpoch(config.epoch())));
            } else if (replica.getEpoch() < config.epoch()) {
                say(node, NodeDown.newBuilder().setConfiguration(Protos.config(config)));
            }
        }
        if (report.getFull()) {
            tasks(node);
        }
    }

    private void proposed(Node node, InSyncProposal proposal) {
        boolean granted = config != null
                && proposal.getEpoch() == config.epoch()
                && proposal.getReplica() == config.primary()
                && proposal.getInSyncList().stream().allMatch(config::names);
        if (granted) {
            change(config.members(), proposal.getInSyncList(), config.primary());
        } else if (config != null) {
            say(node, NodeDown.newBuilder().setConfiguration(Protos.config(config)));
        }
    }

    // ------------------------------------------------------------------ bad disks
    /** The operator's word for every disk that is told of as broken, and isn't being recovered. */
    void recover() {
        for (Node node : nodes.values()) {
            node.disks.forEach((id, disk) -> {
                boolean underWay =
                        disk.hasRecovery() && disk.getRecovery().getError().isEmpty();
                if (broken(node, id) && !underWay && node.down != null) {
                    recoveries++;
                    say(
                            node,
                            NodeDown.newBuilder()
                                    .setRecoverDisk(
                                            RecoverDisk.newBuilder().setDisk(id).setRequest(world.now())));
                }
            });
        }
    }

    /** Whatever breaks is recovered, from now on. */
    void recoverAlways() {
        recoversAlways = true;
    }

    /** Nothing takes the place of a lost replica. */
    void leaveLostAlone() {
        leavesLostAlone = true;
    }

    /** How often a recovery was asked for. */
    int recoveries() {
        return recoveries;
    }

    /** What was said last of the disks of a node. */
    List<DiskReport> disks(String node) {
        return List.copyOf(nodes.get(node).disks.values());
    }

    private static boolean broken(Node node, int disk) {
        return node.disks.containsKey(disk) && node.disks.get(disk).getHealth() == DiskHealth.DISK_BROKEN;
    }

    // ------------------------------------------------------------------ decisions
    private void tick() {
        process.after(100_000_000, "master", () -> {
            if (recoversAlways) {
                recover();
            }
            if (config == null) {
                begin();
            } else {
                decide();
            }
            tick();
        });
    }

    private void begin() {
        if (nodes.size() == expected && nodes.values().stream().allMatch(node -> !node.disks.isEmpty())) {
            List<Member> members = nodes.values().stream()
                    .map(node -> member(node, node.disks.keySet().iterator().next()))
                    .toList();
            config = new Config(
                    PARTITION,
                    0,
                    TABLE,
                    0,
                    members,
                    null,
                    0,
                    List.of(),
                    members.get(0).replica(),
                    1);
            change(
                    members,
                    members.stream().map(Member::replica).toList(),
                    members.get(0).replica());
            nodes.values().forEach(this::tasks);
        }
    }

    private Member member(Node node, int disk) {
        return new Member(++lastReplica, node.id, disk, node.address, node.address);
    }

    private void decide() {
        long primary = config.primary();
        List<Long> lost = config.members().stream()
                .map(Member::replica)
                .filter(this::lost)
                .toList();
        if (lost(primary) || !alive(primary)) {
            elect(without(config.inSync(), primary));
        } else if (roleless(primary)) {
            elect(config.inSync());
        } else if (!lost.isEmpty() && !leavesLostAlone) {
            replace(lost.get(0));
        } else if (config.joining() != null) {
            advance();
        }
        nodes.values().forEach(this::tasks);
    }

    /** The longest log among the reachable of these; nothing changes when there is none. */
    private void elect(List<Long> among) {
        among.stream()
                .filter(id -> alive(id) && !lost(id) && report(id) != null)
                .max(Comparator.comparingLong((Long id) -> report(id).getLastEpoch())
                        .thenComparingLong(id -> report(id).getLastIndex())
                        .thenComparingLong(id -> id))
                .ifPresent(next -> change(config.members(), among, next));
    }

    /** Its place on the same node is taken by a new replica, as far as there is a disk to put it on. */
    private void replace(long lost) {
        if (config.joining() != null && config.primary() == config.joining().replica()) {
            advance(); // what is lost is replaced after the swap
        } else if (config.isInSync(lost)) {
            change(config.members(), without(config.inSync(), lost), config.primary());
        } else {
            replaceLeft(lost);
        }
    }

    private void replaceLeft(long lost) {
        Node node = node(config.member(lost));
        node.disks.entrySet().stream()
                .filter(disk -> disk.getKey() != 0 && disk.getValue().getHealth() == DiskHealth.DISK_OK)
                .findFirst()
                .ifPresent(disk -> {
                    List<Member> members = new ArrayList<>(config.members());
                    members.removeIf(member -> member.replica() == lost);
                    members.add(member(node, disk.getKey()));
                    replaced++;
                    List<Long> inSync = config.inSync().stream()
                            .filter(id -> config.joining() == null
                                    || id != config.joining().replica())
                            .toList();
                    change(members, null, 0, inSync, config.primary());
                });
    }

    private static List<Long> without(List<Long> all, long one) {
        return all.stream().filter(id -> id != one).toList();
    }

    private Node node(Member member) {
        return nodes.values().stream()
                .filter(node -> node.id == member.node())
                .findFirst()
                .orElseThrow();
    }

    private ReplicaReport report(long replica) {
        return node(config.member(replica)).replicas.get(replica);
    }

    private boolean alive(long replica) {
        return world.now() - node(config.member(replica)).heardAt < DEAD;
    }

    private boolean lost(long replica) {
        Node node = node(config.member(replica));
        ReplicaReport report = node.replicas.get(replica);
        boolean diskGone = node.down != null
                && !node.disks.containsKey(config.member(replica).disk());
        boolean unheardOf =
                report == null && broken(node, config.member(replica).disk());
        return diskGone
                || unheardOf
                || report != null
                        && report.getState() != ReplicaState.REPLICA_OK
                        && report.getState() != ReplicaState.REPLICA_SEEDING;
    }

    private boolean roleless(long replica) {
        ReplicaReport report = report(replica);
        return report != null && report.getEpoch() == config.epoch() && report.getRole() == Role.ROLE_NONE;
    }

    private void change(List<Member> members, List<Long> inSync, long primary) {
        change(members, config.joining(), config.leaving(), inSync, primary);
    }

    private void change(List<Member> members, Member joining, long leaving, List<Long> inSync, long primary) {
        config = new Config(PARTITION, 0, TABLE, config.epoch() + 1, members, joining, leaving, inSync, primary, 1);
        world.note(
                "m1",
                () -> "epoch " + config.epoch() + " in-sync " + config.inSync() + " primary " + config.primary()
                        + " of "
                        + config.everyone().stream().map(Member::replica).toList());
        nodes.values().forEach(node -> say(node, NodeDown.newBuilder().setConfiguration(Protos.config(config))));
    }

    // ------------------------------------------------------------------ moves
    /** Begins to move a replica to another disk of its node. @param which of the members */
    void move(int which) {
        if (!healthy()) {
            return;
        }
        Member source = config.members().get(which);
        Node node = node(source);
        node.disks.entrySet().stream()
                .filter(disk -> disk.getKey() != 0
                        && disk.getKey() != source.disk()
                        && disk.getValue().getHealth() == DiskHealth.DISK_OK)
                .findFirst()
                .ifPresent(disk -> {
                    moves++;
                    change(
                            config.members(),
                            member(node, disk.getKey()),
                            source.replica(),
                            config.inSync(),
                            config.primary());
                });
    }

    /** Adds before it removes: grown in by the primary, handed over if the source is primary, swapped. */
    private void advance() {
        long joining = config.joining().replica();
        long leaving = config.leaving();
        if (lost(joining)) {
            change(config.members(), null, 0, without(config.inSync(), joining), config.primary());
        } else if (config.isInSync(joining) && config.primary() == leaving) {
            change(config.members(), config.inSync(), joining);
        } else if (config.isInSync(joining)) {
            List<Member> members = new ArrayList<>(config.members());
            members.removeIf(member -> member.replica() == leaving);
            members.add(config.joining());
            change(members, null, 0, without(config.inSync(), leaving), config.primary());
        }
    }

    /** What a node lacks is created there, again and again until it says so. */
    private void tasks(Node node) {
        for (Member member : config == null ? List.<Member>of() : config.everyone()) {
            if (member.node() == node.id && !node.replicas.containsKey(member.replica())) {
                say(
                        node,
                        NodeDown.newBuilder()
                                .setCreate(CreateReplica.newBuilder()
                                        .setReplica(member.replica())
                                        .setDisk(member.disk())
                                        .setConfiguration(Protos.config(config))));
            }
        }
    }

    private static void say(Node node, NodeDown.Builder message) {
        if (node.down != null) {
            node.down.send(message.setGeneration(1).setTerm(1).build());
        }
    }
}
