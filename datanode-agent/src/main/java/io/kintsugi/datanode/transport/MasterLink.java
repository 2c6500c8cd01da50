package io.kintsugi.datanode.transport;

import io.kintsugi.common.Clock;
import io.kintsugi.common.net.HostPort;
import io.kintsugi.datanode.host.DiskHost;
import io.kintsugi.datanode.host.HostRuntime;
import io.kintsugi.datanode.host.NodeHost;
import io.kintsugi.datanode.host.UnusableDisk;
import io.kintsugi.datanode.host.Uplink;
import io.kintsugi.datanode.replica.Proposal;
import io.kintsugi.datanode.store.NodeDirectory;
import io.kintsugi.datanode.store.StorageException;
import io.kintsugi.proto.Backups;
import io.kintsugi.proto.ClusterNote;
import io.kintsugi.proto.DiskHello;
import io.kintsugi.proto.DiskReport;
import io.kintsugi.proto.Hello;
import io.kintsugi.proto.InSyncProposal;
import io.kintsugi.proto.NodeDown;
import io.kintsugi.proto.NodeUp;
import io.kintsugi.proto.PartitionConfig;
import io.kintsugi.proto.Refusal;
import io.kintsugi.proto.ReplicaReport;
import io.kintsugi.proto.Report;
import io.kintsugi.proto.VerifyTask;
import io.kintsugi.proto.Welcome;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps this node attending the leading master: finds it, says hello, reports, and carries out what it is told. All state belongs to a
 * loop of its own, so that a disk that hangs never costs a heartbeat.
 */
public final class MasterLink implements Uplink, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MasterLink.class);
    /** How long a master may take to answer a hello; or two heartbeats, if that is longer. */
    private static final long WELCOME_NANOS = TimeUnit.SECONDS.toNanos(2);
    /** Heard nothing for so long after a hello was refused for good, such as by another cluster. */
    private static final long LONG_PAUSE_MILLIS = 2_000;

    private final NodeIdentity identity;
    private final NodeDirectory directory;
    private final MasterFinder masters;
    private final MasterStreams streams;
    private final Clock clock;
    private final long heartbeatNanos;
    private final LongConsumer copyRate;
    private final HostRuntime.Loop loop;
    private final HostRuntime.Timer nextBeat;
    private final HostRuntime.Timer nextConnect;
    private NodeHost node;

    private volatile AttendStream stream;
    private volatile HostPort address;
    private volatile boolean welcomed;
    private long helloAt;
    private long beatAt;
    private final Map<Long, InSyncProposal> proposals = new HashMap<>();

    /** @param copyRate told how many bytes a second may be copied onto a disk, whenever the master says so */
    public MasterLink(
            NodeIdentity identity,
            NodeDirectory directory,
            List<HostPort> masters,
            MasterStreams streams,
            HostRuntime runtime,
            Clock clock,
            Duration heartbeat,
            LongConsumer copyRate) {
        this.identity = identity;
        this.directory = directory;
        this.masters = new MasterFinder(masters, heartbeat);
        this.streams = streams;
        this.clock = clock;
        heartbeatNanos = heartbeat.toNanos();
        this.copyRate = copyRate;
        loop = runtime.loop("master-link", () -> {});
        nextBeat = loop.timer(this::beat);
        nextConnect = loop.timer(this::connect);
    }

    /** Begins to look for the leading master. */
    public void start(NodeHost host) {
        node = host;
        loop.execute(() -> {
            connect();
            beatAt = clock.nanos() + heartbeatNanos;
            nextBeat.at(beatAt);
        });
        loop.start();
    }

    // ------------------------------------------------------------------ uplink (any thread)
    @Override
    public void replicas(Collection<ReplicaReport> reports) {
        LOG.debug("telling the master: {}", reports);
        loop.execute(() -> report(Report.newBuilder().addAllReplicas(reports)));
    }

    @Override
    public void disksAdded() {
        loop.execute(() -> {
            if (stream != null) {
                end(true);
                connect();
            }
        });
    }

    @Override
    public void removed(long replica) {
        loop.execute(() -> {
            proposals.remove(replica);
            report(Report.newBuilder().addRemoved(replica));
        });
    }

    @Override
    public void disk(DiskReport disk) {
        loop.execute(() -> report(Report.newBuilder().addDisks(disk)));
    }

    @Override
    public void backups(Backups backups) {
        loop.execute(() -> send(NodeUp.newBuilder().setBackups(backups)));
    }

    @Override
    public void propose(Proposal p) {
        InSyncProposal proposal = InSyncProposal.newBuilder()
                .setPartition(p.partition())
                .setReplica(p.replica())
                .setEpoch(p.epoch())
                .addAllInSync(p.inSync())
                .setRequestId(p.requestId())
                .build();
        loop.execute(() -> {
            proposals.put(p.replica(), proposal);
            send(NodeUp.newBuilder().setProposal(proposal));
        });
    }

    /** Whether a master has welcomed this node on the present stream, and which: for status pages. */
    public String attending() {
        HostPort present = address;
        return present != null && welcomed ? present.toString() : "";
    }

    // ------------------------------------------------------------------ this link's loop
    private void connect() {
        if (stream != null) {
            return;
        }
        welcomed = false;
        helloAt = clock.nanos();
        AttendStream[] mine = new AttendStream[1];
        address = masters.next();
        mine[0] = streams.open(
                address,
                message -> loop.execute(() -> {
                    if (stream == mine[0]) {
                        received(message);
                    }
                }),
                () -> loop.execute(() -> {
                    if (stream == mine[0]) {
                        lost();
                    }
                }));
        stream = mine[0];
        stream.send(NodeUp.newBuilder().setHello(hello()).build());
    }

    private void lost() {
        if (welcomed) {
            LOG.info("the stream to the master at {} ended", address);
        }
        end(false);
        later(masters.pauseMillis());
    }

    /** Ends the stream. What it still says is not heard. */
    private void end(boolean close) {
        AttendStream old = stream;
        stream = null;
        welcomed = false;
        if (old != null && close) {
            old.close();
        }
    }

    private void later(long millis) {
        nextConnect.at(clock.nanos() + TimeUnit.MILLISECONDS.toNanos(millis));
    }

    private void beat() {
        beatAt = Math.max(beatAt + heartbeatNanos, clock.nanos());
        nextBeat.at(beatAt);
        if (welcomed) {
            node.publishProgress();
            report(Report.newBuilder());
        } else if (stream != null && clock.nanos() - helloAt > Math.max(WELCOME_NANOS, 2 * heartbeatNanos)) {
            LOG.debug("the master at {} doesn't answer", address);
            end(true);
            connect();
        }
    }

    private Hello hello() {
        Hello.Builder hello = Hello.newBuilder()
                .setClusterId(directory.clusterId())
                .setGeneration(directory.generation())
                .setTerm(directory.term())
                .setNodeUuid(directory.uuid())
                .setName(identity.name())
                .setAddress(identity.address())
                .setHttpAddress(identity.httpAddress())
                .setZone(identity.zone())
                .setNodeset(identity.nodeset());
        for (DiskHost disk : node.disks()) {
            hello.addDisks(DiskHello.newBuilder()
                    .setDiskUuid(disk.uuid())
                    .setPath(disk.path())
                    .setReport(disk.report()));
        }
        for (UnusableDisk disk : node.unusable()) {
            if (!disk.uuid().isEmpty()) {
                hello.addDisks(DiskHello.newBuilder()
                        .setDiskUuid(disk.uuid())
                        .setPath(disk.path().toString())
                        .setReport(disk.report()));
            }
        }
        return hello.build();
    }

    private void received(NodeDown message) {
        if (message.hasRefusal()) {
            refused(message.getRefusal());
            return;
        }
        String cluster = directory.clusterId();
        if (message.hasWelcome()
                && !cluster.isEmpty()
                && !message.getWelcome().getClusterId().equals(cluster)) {
            LOG.error(
                    "OTHER_CLUSTER: the master at {} is of cluster {}, this node belongs to {}: its data is not touched",
                    address,
                    message.getWelcome().getClusterId(),
                    cluster);
            end(true);
            later(LONG_PAUSE_MILLIS);
            return;
        }
        try {
            if (!directory.admits(message.getGeneration(), message.getTerm())) {
                LOG.info(
                        "a master of generation {} term {} is deposed: leaving it",
                        message.getGeneration(),
                        message.getTerm());
                end(true);
                later(masters.pauseMillis());
                return;
            }
        } catch (StorageException e) {
            LOG.error(
                    "NODE_DIRECTORY_FAILED: can't remember the master's term, so it isn't heeded: {}", e.getMessage());
            return;
        }
        carryOut(message);
    }

    private void carryOut(NodeDown message) {
        LOG.debug("the master says: {}", message);
        switch (message.getBodyCase()) {
            case WELCOME -> welcome(message.getWelcome());
            case CONFIGURATION -> configuration(message.getConfiguration(), message.getReplica());
            case CREATE -> {
                var create = message.getCreate();
                node.create(create.getReplica(), create.getDisk(), Protos.config(create.getConfiguration()));
            }
            case DELETE -> {
                var delete = message.getDelete();
                node.delete(delete.getReplica(), delete.getEpoch(), delete.getToBackup());
            }
            case RECOVER_DISK ->
                node.recover(
                        message.getRecoverDisk().getDisk(),
                        message.getRecoverDisk().getRequest());
            case VERIFY -> verify(message.getVerify());
            case SETTINGS -> settings(message.getSettings().getValuesMap());
            case RESTORE_BACKUP ->
                node.restoreBackup(
                        message.getRestoreBackup().getReplica(),
                        message.getRestoreBackup().getDisk());
            case SALVAGE -> {
                var salvage = message.getSalvage();
                node.salvage(salvage.getReplica(), salvage.getEpoch(), salvage.getSource());
            }
            case REMOVE_BACKUP ->
                node.removeBackup(
                        message.getRemoveBackup().getReplica(),
                        message.getRemoveBackup().getDisk());
            case NOTE -> note(message.getNote());
            case REFUSAL, BODY_NOT_SET -> {}
        }
    }

    private void note(ClusterNote note) {
        try {
            directory.keepNote(note.toByteArray());
        } catch (StorageException e) {
            LOG.error("NODE_DIRECTORY_FAILED: what masters want kept can't be: {}", e.getMessage());
        }
    }

    /** The master that is attended may be one that isn't to be heeded any more. Any thread. */
    public void fenced() {
        loop.execute(() -> {
            if (stream != null) {
                LOG.info("fenced to generation {}: leaving the master at {}", directory.generation(), address);
                end(true);
                later(masters.pauseMillis());
            }
        });
    }

    private void verify(VerifyTask task) {
        if (task.getSetAside().isEmpty()) {
            node.verify(task.getReplica(), task.getRequest());
        } else {
            node.setAside(task.getReplica(), task.getIndex(), task.getSetAside());
        }
    }

    private void refused(Refusal refusal) {
        boolean lasting = !refusal.getReason().equals("NOT_LEADER")
                && !refusal.getReason().equals("NOT_READY");
        if (lasting) {
            LOG.error("{}: the master at {} refuses this node: {}", refusal.getReason(), address, refusal.getMessage());
        }
        boolean hinted = masters.hint(refusal.getLeaderHint());
        end(true);
        if (hinted) {
            connect();
        } else {
            later(lasting ? LONG_PAUSE_MILLIS : masters.pauseMillis());
        }
    }

    private void welcome(Welcome welcome) {
        if (directory.clusterId().isEmpty()) {
            directory.join(welcome.getClusterId());
        }
        node.numberDisks(welcome.getDisksMap());
        welcomed = true;
        masters.found();
        LOG.info(
                "attending the master at {} as node {} of cluster {}",
                address,
                welcome.getNode(),
                welcome.getClusterId());
        Report.Builder full = Report.newBuilder().setFull(true).addAllReplicas(node.reports());
        full.addAllDisks(node.diskReports());
        report(full);
        send(NodeUp.newBuilder().setBackups(node.backups()));
        proposals.values().forEach(proposal -> send(NodeUp.newBuilder().setProposal(proposal)));
    }

    private void configuration(PartitionConfig config, long replica) {
        proposals.values().removeIf(p -> p.getPartition() == config.getPartition() && p.getEpoch() < config.getEpoch());
        node.configuration(Protos.config(config), replica != 0);
    }

    private void settings(Map<String, String> values) {
        String rate = values.get("CopyBytesPerSecond");
        if (rate != null) {
            copyRate.accept(Long.parseLong(rate));
        }
        String verified = values.get("VerifyBytesPerSecond");
        if (verified != null) {
            node.verifyAtMost(Long.parseLong(verified));
        }
        String kept = values.get("DpBackupTimeoutMs");
        if (kept != null) {
            node.keepBackups(Long.parseLong(kept));
        }
    }

    private void report(Report.Builder report) {
        send(NodeUp.newBuilder().setReport(report));
    }

    private void send(NodeUp.Builder message) {
        if (welcomed) {
            stream.send(message.build());
        }
    }

    @Override
    public void close() {
        loop.execute(() -> end(true));
        loop.stop();
        streams.close();
    }
}
