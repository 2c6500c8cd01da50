package io.kintsugi.master.driver;

import io.kintsugi.master.command.Command;
import io.kintsugi.master.command.Command.DiskFact;
import io.kintsugi.master.command.Outcome;
import io.kintsugi.master.model.Cluster;
import io.kintsugi.master.model.ClusterView;
import io.kintsugi.master.model.Disk;
import io.kintsugi.master.model.DiskStatus;
import io.kintsugi.master.model.Node;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.view.DiskFacts;
import io.kintsugi.master.view.Peers;
import io.kintsugi.master.view.ReplicaFacts;
import io.kintsugi.master.view.SoftState;
import io.kintsugi.master.view.Stranger;
import io.kintsugi.proto.DiskHealth;
import io.kintsugi.proto.DiskHello;
import io.kintsugi.proto.DiskReport;
import io.kintsugi.proto.Hello;
import io.kintsugi.proto.NodeDown;
import io.kintsugi.proto.NodeSettings;
import io.kintsugi.proto.Refusal;
import io.kintsugi.proto.ReplicaReport;
import io.kintsugi.proto.Report;
import io.kintsugi.proto.Welcome;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Streams of datanodes in one leader's time: who is on them, registration, and taking reports in. */
final class Sessions {
    private static final Logger LOG = LoggerFactory.getLogger(Sessions.class);

    /** Gets datanodes into the state. */
    interface Registrar {
        /** {@code then} runs on the loop's thread, with null when the outcome isn't known. */
        void register(Command.RegisterNode command, Consumer<Outcome> then);
    }

    private static final class Session {
        private final NodeLink link;
        private Hello hello;
        private int node;
        private boolean complete;

        Session(NodeLink link) {
            this.link = link;
        }
    }

    private final LoopState host;
    private final Registrar registrar;
    private final SoftState soft;
    private final LivenessDriver liveness;
    private final Map<NodeLink, Session> byLink = new HashMap<>();
    private final Map<Integer, Session> byNode = new HashMap<>();

    Sessions(LoopState host, Registrar registrar, SoftState soft, LivenessDriver liveness) {
        this.host = host;
        this.registrar = registrar;
        this.soft = soft;
        this.liveness = liveness;
    }

    boolean complete(int node) {
        Session session = byNode.get(node);
        return session != null && session.complete;
    }

    void send(int node, NodeDown.Builder message) {
        Session session = byNode.get(node);
        if (session != null) {
            LOG.debug("to datanode {}: {}", node, message);
            send(session.link, message);
        }
    }

    /** The node on this link, 0 before it is welcomed. */
    int node(NodeLink link) {
        Session session = byLink.get(link);
        return session == null ? 0 : session.node;
    }

    void broadcast(NodeDown.Builder message) {
        byNode.values().forEach(s -> send(s.link, message));
    }

    /** This leader is one no more: everybody is to look for another. */
    void closeAll(String leaderHint) {
        for (NodeLink link : List.copyOf(byLink.keySet())) {
            refuse(link, "NOT_LEADER", "this master doesn't lead", leaderHint);
        }
        byNode.clear();
    }

    void hello(NodeLink link, Hello hello) {
        Optional<Cluster> cluster = host.cluster().cluster();
        if (cluster.isEmpty()) {
            refuse(link, "NOT_READY", "there is no cluster yet", "");
            return;
        }
        if (!hello.getClusterId().isEmpty()
                && !hello.getClusterId().equals(cluster.get().id())) {
            stranger(hello);
            refuse(
                    link,
                    "OTHER_CLUSTER",
                    "datanode " + hello.getName() + " belongs to cluster " + hello.getClusterId() + ", this is "
                            + cluster.get().id()
                            + "; its data was not touched. Point it at its own masters, or give it an empty data directory",
                    "");
            return;
        }
        if (hello.getGeneration() > cluster.get().generation()) {
            stranger(hello);
            refuse(
                    link,
                    "OLD_GENERATION",
                    "datanode " + hello.getName() + " has seen generation " + hello.getGeneration()
                            + ", this master group is of generation "
                            + cluster.get().generation(),
                    "");
            return;
        }
        Session session = new Session(link);
        session.hello = hello;
        byLink.put(link, session);
        if (registered(hello)) {
            welcome(session);
        } else {
            register(session);
        }
    }

    private void stranger(Hello hello) {
        soft.refused(new Stranger(
                hello.getName(), hello.getAddress(), hello.getClusterId(), hello.getGeneration(), host.nowNanos()));
    }

    void closed(NodeLink link) {
        Session session = byLink.remove(link);
        if (session != null && session.node != 0 && byNode.remove(session.node, session)) {
            liveness.disconnected(session.node);
        }
    }

    /** Ends a node's stream that has been silent for too long. */
    void drop(int node) {
        Session session = byNode.get(node);
        if (session != null) {
            LOG.info("datanode {} is silent: its stream is ended", node);
            session.link.close();
            closed(session.link);
        }
    }

    void report(NodeLink link, Report report) {
        Session session = byLink.get(link);
        if (session == null || session.node == 0) {
            return;
        }
        int node = session.node;
        liveness.heard(node);
        if (report.getFull()) {
            forgetUnlisted(node, report);
        }
        report.getReplicasList().forEach(r -> {
            ReplicaFacts facts = Protos.replica(node, r);
            if (r.hasDigest()) {
                digest(node, r);
            }
            if (soft.goesOn(facts)) {
                return;
            }
            Partition p = host.cluster().partition(r.getPartition()).orElse(null);
            boolean differs =
                    p != null && facts.peers() != 0 && facts.epoch() == p.epoch() && facts.peers() != Peers.digest(p);
            ReplicaFacts named = differs ? facts.naming(facts.peers(), List.copyOf(r.getPeersList())) : facts;
            if (soft.put(named, p, host.nowNanos())) {
                host.dirty().partitions.add(r.getPartition());
            }
        });
        report.getRemovedList().forEach(id -> remove(node, id));
        report.getDisksList().forEach(d -> disk(node, d.getDisk(), d));
        if (report.getFull() && !session.complete) {
            session.complete = true;
            liveness.complete(node);
        }
    }

    /** Only of who is a replica of the partition, on that node: others are about to be deleted. */
    private void digest(int node, ReplicaReport r) {
        host.cluster()
                .partition(r.getPartition())
                .filter(p ->
                        p.member(r.getReplica()).filter(m -> m.node() == node).isPresent())
                .ifPresent(p -> {
                    soft.counted(p, r.getReplica(), Protos.digest(r.getDigest()));
                    host.dirty().partitions.add(p.id());
                });
    }

    private void forgetUnlisted(int node, Report report) {
        Set<Long> listed = new HashSet<>();
        report.getReplicasList().forEach(r -> listed.add(r.getReplica()));
        soft.replicasOf(host.cluster(), node).stream()
                .filter(id -> !listed.contains(id))
                .forEach(id -> remove(node, id));
    }

    private void remove(int node, long replica) {
        soft.replica(replica).ifPresent(f -> host.dirty().partitions.add(f.partition()));
        soft.remove(node, replica);
        // a move that waits for the source's end may be of a partition that is gone meanwhile
        host.dirty().allOps = true;
    }

    private void disk(int node, int disk, DiskReport report) {
        if (host.cluster().disk(disk).filter(d -> d.node() == node).isEmpty()) {
            return;
        }
        DiskFacts now = Protos.disk(disk, report);
        Optional<DiskFacts> old = soft.disk(disk);
        soft.put(now);
        if (old.isEmpty() || !now.saysWhat(old.get())) {
            host.dirty().diskAndAllOnIt(host.cluster(), disk);
        }
    }

    private boolean registered(Hello hello) {
        ClusterView cluster = host.cluster();
        Optional<Node> node = cluster.nodeByUuid(hello.getNodeUuid());
        return node.isPresent()
                && node.get().name().equals(hello.getName())
                && node.get().address().equals(hello.getAddress())
                && node.get().httpAddress().equals(hello.getHttpAddress())
                && node.get().zone().equals(hello.getZone())
                && (hello.getNodeset().isEmpty()
                        || cluster.nodeset(node.get().nodeset())
                                .filter(n -> n.name().equals(hello.getNodeset()))
                                .isPresent())
                && hello.getDisksList().stream().allMatch(d -> known(cluster, node.get(), d));
    }

    private static boolean known(ClusterView cluster, Node node, DiskHello hello) {
        return cluster.diskByUuid(hello.getDiskUuid())
                .filter(d -> d.node() == node.id() && d.path().equals(hello.getPath()) && d.status() != DiskStatus.GONE)
                .isPresent();
    }

    private void register(Session session) {
        Hello h = session.hello;
        List<DiskFact> disks = h.getDisksList().stream()
                .map(d -> new DiskFact(d.getDiskUuid(), d.getPath()))
                .toList();
        Command.RegisterNode command = new Command.RegisterNode(
                h.getNodeUuid(), h.getName(), h.getAddress(), h.getHttpAddress(), h.getZone(), h.getNodeset(), disks);
        registrar.register(command, outcome -> {
            if (byLink.get(session.link) != session) {
                return;
            }
            if (outcome == null) {
                refuse(session.link, "NOT_READY", "the registration's outcome isn't known: say hello again", "");
            } else if (!outcome.accepted()) {
                LOG.warn("datanode {} is refused: {}", h.getName(), outcome.message());
                refuse(session.link, outcome.reason(), outcome.message(), "");
            } else {
                welcome(session);
            }
        });
    }

    private void welcome(Session session) {
        ClusterView cluster = host.cluster();
        Node node = cluster.nodeByUuid(session.hello.getNodeUuid()).orElseThrow();
        Session older = byNode.put(node.id(), session);
        if (older != null) {
            byLink.remove(older.link);
            older.link.close();
        }
        session.node = node.id();
        liveness.connected(node.id());
        Welcome.Builder welcome = Welcome.newBuilder()
                .setClusterId(cluster.cluster().orElseThrow().id())
                .setNode(node.id());
        for (DiskHello hello : session.hello.getDisksList()) {
            int disk = cluster.diskByUuid(hello.getDiskUuid()).map(Disk::id).orElseThrow();
            welcome.putDisks(hello.getDiskUuid(), disk);
            if (hello.hasReport()) {
                disk(node.id(), disk, hello.getReport());
            }
        }
        absent(node.id(), session.hello);
        send(session.link, NodeDown.newBuilder().setWelcome(welcome));
        send(session.link, settings(cluster));
        LOG.info("datanode {} ({}) attends", node.name(), node.address());
    }

    /** A disk that the node has but doesn't present can't be used: as good as broken, until it is presented again. */
    private void absent(int node, Hello hello) {
        Set<String> presented = new HashSet<>();
        hello.getDisksList().forEach(d -> presented.add(d.getDiskUuid()));
        for (Disk disk : host.cluster().disksOfNode(node)) {
            if (!presented.contains(disk.uuid()) && disk.present()) {
                DiskReport broken = DiskReport.newBuilder()
                        .setHealth(DiskHealth.DISK_BROKEN)
                        .setError("its datanode doesn't present it")
                        .build();
                disk(node, disk.id(), broken);
            }
        }
    }

    static NodeDown.Builder settings(ClusterView cluster) {
        return NodeDown.newBuilder()
                .setSettings(NodeSettings.newBuilder()
                        .putAllValues(cluster.settings().effective()));
    }

    private void refuse(NodeLink link, String reason, String message, String hint) {
        Refusal refusal = Refusal.newBuilder()
                .setReason(reason)
                .setMessage(message)
                .setLeaderHint(hint)
                .build();
        send(link, NodeDown.newBuilder().setRefusal(refusal));
        link.close();
        byLink.remove(link);
    }

    private void send(NodeLink link, NodeDown.Builder message) {
        long generation = host.cluster().cluster().map(Cluster::generation).orElse(0L);
        link.send(message.setGeneration(generation).setTerm(host.term()).build());
    }
}
