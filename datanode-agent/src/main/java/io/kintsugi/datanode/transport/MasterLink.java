package io.kintsugi.datanode.transport;

import io.kintsugi.common.Clock;
import io.kintsugi.datanode.copy.Downloader;
import io.kintsugi.datanode.host.DiskHost;
import io.kintsugi.datanode.host.NodeHost;
import io.kintsugi.datanode.host.Uplink;
import io.kintsugi.datanode.replica.Proposal;
import io.kintsugi.datanode.store.NodeDirectory;
import io.kintsugi.datanode.store.StorageException;
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
import io.kintsugi.proto.Welcome;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps this node attending the leading master: finds it, says hello, reports, and carries out what it is told. All state belongs to one
 * thread of its own, so that a disk that hangs never costs a heartbeat.
 */
public final class MasterLink implements Uplink, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MasterLink.class);
    private static final long WELCOME_NANOS = TimeUnit.SECONDS.toNanos(2);
    /** Heard nothing for so long after a hello was refused for good, such as by another cluster. */
    private static final long LONG_PAUSE_MILLIS = 2_000;

    private final NodeIdentity identity;
    private final NodeDirectory directory;
    private final MasterFinder masters;
    private final Clock clock;
    private final long heartbeatMillis;
    private final Downloader downloader;
    private final ScheduledThreadPoolExecutor thread;
    private NodeHost node;

    private volatile AttendStream stream;
    private volatile boolean welcomed;
    private long helloAt;
    private final Map<Long, InSyncProposal> proposals = new HashMap<>();

    public MasterLink(
            NodeIdentity identity,
            NodeDirectory directory,
            MasterFinder masters,
            Clock clock,
            Duration heartbeat,
            Downloader downloader) {
        this.identity = identity;
        this.directory = directory;
        this.masters = masters;
        this.clock = clock;
        heartbeatMillis = heartbeat.toMillis();
        this.downloader = downloader;
        thread = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().name("master-link").daemon().factory());
        thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    /** Begins to look for the leading master. */
    public void start(NodeHost host) {
        node = host;
        run(this::connect);
        ScheduledExecutorService beats = thread;
        beats.scheduleAtFixedRate(guarded(this::beat), heartbeatMillis, heartbeatMillis, TimeUnit.MILLISECONDS);
    }

    // ------------------------------------------------------------------ uplink (any thread)
    @Override
    public void replicas(Collection<ReplicaReport> reports) {
        LOG.debug("telling the master: {}", reports);
        run(() -> report(Report.newBuilder().addAllReplicas(reports)));
    }

    @Override
    public void removed(long replica) {
        run(() -> {
            proposals.remove(replica);
            report(Report.newBuilder().addRemoved(replica));
        });
    }

    @Override
    public void disk(DiskReport disk) {
        run(() -> report(Report.newBuilder().addDisks(disk)));
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
        run(() -> {
            proposals.put(p.replica(), proposal);
            send(NodeUp.newBuilder().setProposal(proposal));
        });
    }

    /** Whether a master has welcomed this node on the present stream, and which: for status pages. */
    public String attending() {
        AttendStream present = stream;
        return present != null && welcomed ? present.address() : "";
    }

    // ------------------------------------------------------------------ this link's thread
    private void connect() {
        if (stream != null) {
            return;
        }
        welcomed = false;
        helloAt = clock.nanos();
        AttendStream[] mine = new AttendStream[1];
        mine[0] = masters.open(
                message -> run(() -> {
                    if (stream == mine[0]) {
                        received(message);
                    }
                }),
                () -> run(() -> {
                    if (stream == mine[0]) {
                        lost();
                    }
                }));
        stream = mine[0];
        stream.send(NodeUp.newBuilder().setHello(hello()).build());
    }

    private void lost() {
        if (welcomed) {
            LOG.info("the stream to the master at {} ended", stream.address());
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
        if (!thread.isShutdown()) {
            thread.schedule(guarded(this::connect), millis, TimeUnit.MILLISECONDS);
        }
    }

    private void beat() {
        if (welcomed) {
            node.publishProgress();
            report(Report.newBuilder());
        } else if (stream != null && clock.nanos() - helloAt > WELCOME_NANOS) {
            LOG.debug("the master at {} doesn't answer", stream.address());
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
                    stream.address(),
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
            case CONFIGURATION -> configuration(message.getConfiguration());
            case CREATE -> {
                var create = message.getCreate();
                node.create(create.getReplica(), create.getDisk(), Protos.config(create.getConfiguration()));
            }
            case DELETE -> {
                var delete = message.getDelete();
                node.delete(delete.getReplica(), delete.getEpoch(), delete.getToBackup());
            }
            case SETTINGS -> settings(message.getSettings().getValuesMap());
            case REFUSAL, BODY_NOT_SET -> {}
        }
    }

    private void refused(Refusal refusal) {
        boolean lasting = !refusal.getReason().equals("NOT_LEADER")
                && !refusal.getReason().equals("NOT_READY");
        if (lasting) {
            LOG.error(
                    "{}: the master at {} refuses this node: {}",
                    refusal.getReason(),
                    stream.address(),
                    refusal.getMessage());
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
                stream.address(),
                welcome.getNode(),
                welcome.getClusterId());
        Report.Builder full = Report.newBuilder().setFull(true).addAllReplicas(node.reports());
        node.disks().forEach(disk -> full.addDisks(disk.report()));
        report(full);
        proposals.values().forEach(proposal -> send(NodeUp.newBuilder().setProposal(proposal)));
    }

    private void configuration(PartitionConfig config) {
        proposals.values().removeIf(p -> p.getPartition() == config.getPartition() && p.getEpoch() < config.getEpoch());
        node.configuration(Protos.config(config));
    }

    private void settings(Map<String, String> values) {
        String rate = values.get("CopyBytesPerSecond");
        if (rate != null) {
            downloader.setBytesPerSecond(Long.parseLong(rate));
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

    private void run(Runnable work) {
        try {
            thread.execute(guarded(work));
        } catch (RejectedExecutionException e) {
            LOG.trace("the link is closed", e);
        }
    }

    /** The border of the link's thread: one message that fails must not end the link. */
    private static Runnable guarded(Runnable work) {
        return () -> {
            try {
                work.run();
            } catch (RuntimeException e) {
                LOG.error("MASTER_LINK_FAILED: something the master said could not be carried out", e);
            }
        };
    }

    @Override
    public void close() {
        run(() -> end(true));
        thread.shutdown();
        masters.close();
    }
}
