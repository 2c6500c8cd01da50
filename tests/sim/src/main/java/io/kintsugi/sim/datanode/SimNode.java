package io.kintsugi.sim.datanode;

import com.codahale.metrics.NoopMetricRegistry;
import io.grpc.stub.StreamObserver;
import io.kintsugi.common.net.HostPort;
import io.kintsugi.datanode.copy.CopyService;
import io.kintsugi.datanode.copy.Downloader;
import io.kintsugi.datanode.host.Envelope;
import io.kintsugi.datanode.host.HostContext;
import io.kintsugi.datanode.host.HostSettings;
import io.kintsugi.datanode.host.NodeHost;
import io.kintsugi.datanode.host.ReplicaHost;
import io.kintsugi.datanode.replica.ReplicaOptions;
import io.kintsugi.datanode.store.NodeDirectory;
import io.kintsugi.datanode.store.StorageException;
import io.kintsugi.datanode.transport.KvService;
import io.kintsugi.datanode.transport.MasterLink;
import io.kintsugi.datanode.transport.NodeIdentity;
import io.kintsugi.proto.KvRequest;
import io.kintsugi.proto.KvResponse;
import io.kintsugi.sim.world.Network;
import io.kintsugi.sim.world.Process;
import io.kintsugi.sim.world.World;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * A datanode: the product's {@link NodeHost} with everything below it, and its {@link MasterLink}, on simulated ports. What is on its disks
 * outlives the process; everything else is made anew at each start.
 */
public final class SimNode {
    /** @param disks how many it has */
    public record Settings(
            String zone, String nodeset, int disks, HostSettings host, ReplicaOptions replica, Duration heartbeat) {}

    /**
     * What a client gets.
     *
     * @param replica that answered; 0 when there is none
     * @param at when
     */
    public record Answer(KvResponse response, long replica, long at) {}

    /** The objects of one life. */
    private record Life(NodeHost host, KvService clients, MasterLink link, SimRuntime runtime, CopySender sender) {}

    private static final int COPIES_AT_ONCE = 2;

    static {
        ProductLog.quiet();
    }

    private final World world;
    private final Network network;
    private final Process process;
    private final Settings settings;
    private final Map<HostPort, MasterDoor> masters;
    private final Function<String, SimNode> byAddress;
    private final SimDisk system;
    private final List<SimDisk> disks = new ArrayList<>();
    private final SplittableRandom uuids;
    private final SplittableRandom random;
    private Life life;
    private NodeLaws laws;
    private CopyFault nextCopyFault;

    /**
     * Makes a node that is down, with empty disks.
     *
     * @param masters by address, in the order in which they are tried
     * @param byAddress finds the other nodes by {@link #address}
     */
    public SimNode(
            World world,
            Network network,
            String name,
            Settings settings,
            Map<HostPort, MasterDoor> masters,
            Function<String, SimNode> byAddress) {
        this.world = world;
        this.network = network;
        this.settings = settings;
        this.masters = masters;
        this.byAddress = byAddress;
        process = new Process(world, name);
        system = new SimDisk(process, Path.of("/" + name + "/agent"));
        for (int i = 1; i <= settings.disks(); i++) {
            disks.add(new SimDisk(process, Path.of("/" + name + "/disk" + i)));
        }
        uuids = world.random("uuids of " + name);
        random = world.random("node " + name);
        laws = new NodeLaws(world, replica -> false);
        process.onCrash(this::end);
    }

    /** Takes those that all nodes of a cluster share in place of its own. Before it is started. */
    public void laws(NodeLaws shared) {
        laws = shared;
    }

    public Process process() {
        return process;
    }

    public String name() {
        return process.name();
    }

    /** Where replicas and clients reach it. */
    public String address() {
        return name() + ":1";
    }

    public List<SimDisk> disks() {
        return disks;
    }

    /** The disk of the agent's own directory. */
    public SimDisk system() {
        return system;
    }

    /** Null while it is down. */
    public NodeHost host() {
        return life == null ? null : life.host;
    }

    // ------------------------------------------------------------------ life
    /** Starts the process; it may die on the way, of an armed failpoint or because its own directory fails. */
    public void start() {
        process.start();
        process.run(process.life(), this::boot);
    }

    /** Whatever its threads wait for. */
    public void end() {
        Life ends = life;
        life = null;
        if (ends != null) {
            ends.runtime.kill();
        }
    }

    private void boot() {
        List<SimDisk> all = new ArrayList<>(disks);
        all.add(system);
        SimStorage storage = new SimStorage(process, all, laws);
        SimFiles files = new SimFiles(storage);
        SimStores stores = new SimStores(storage, files);
        SimRuntime runtime = new SimRuntime(process, this::pace);
        NodeDirectory directory;
        try {
            directory = NodeDirectory.open(files, system.root(), this::uuid);
        } catch (StorageException e) {
            world.note(name(), () -> "can't start: " + e.getMessage());
            process.crash();
            return;
        }
        HostContext context = new HostContext(
                process.clock(),
                runtime,
                settings.host(),
                settings.replica(),
                stores,
                files,
                directory,
                this::address,
                runtime::failpoint,
                new NoopMetricRegistry());
        CopyLaws copyLaws = new CopyLaws(process, storage);
        Downloader downloader = new Downloader(
                context,
                address -> copyLaws.from(
                        new SimSource(this, runtime, network, byAddress.apply(address), copyLaws, random.split())),
                COPIES_AT_ONCE);
        copyLaws.watch(downloader);
        MasterLink link = new MasterLink(
                new NodeIdentity(name(), address(), address(), settings.zone(), settings.nodeset()),
                directory,
                List.copyOf(masters.keySet()),
                new SimStreams(process, network, masters, directory, laws, this::sound),
                runtime,
                process.clock(),
                settings.heartbeat(),
                rate -> {
                    copyLaws.rate(rate);
                    downloader.setBytesPerSecond(rate);
                });
        SimPeers peers = new SimPeers(
                process,
                network,
                byAddress,
                address -> life.host.peerUp(address),
                settings.heartbeat().dividedBy(2));
        NodeHost host = new NodeHost(context, peers, link, copyLaws);
        CopyService copies = new CopyService(host, context, this::uuid);
        life = new Life(
                host,
                new KvService(host, process.clock()),
                link,
                runtime,
                new CopySender(process, storage, copies, copyLaws));
        host.start(disks.stream().map(SimDisk::root).toList(), this::uuid);
        link.start(host);
    }

    /** Like kill -9, or like pulling the plug: what wasn't synced may be lost. */
    public void crash() {
        process.crash();
    }

    /** Ends it in order; if it is killed on the way it is dead all the same. */
    public void stop() {
        process.run(process.life(), () -> {
            life.link.close();
            life.host.stop(true);
        });
        process.crash();
    }

    /** Whether the disk with this number of the masters has never done anything wrong. */
    private boolean sound(int disk) {
        return host() != null
                && host().disks().stream().filter(d -> d.id() == disk).anyMatch(d -> disks.stream()
                        .anyMatch(s -> s.root().toString().equals(d.path()) && !s.harmed()));
    }

    private String uuid() {
        return HexFormat.of().toHexDigits(uuids.nextLong());
    }

    /** Loops turn at once, more or less; what works on a disk takes as long as the disk does. */
    private long pace(String work, SplittableRandom random) {
        if (!work.endsWith("-log") && !work.endsWith("-slow-")) {
            return random.nextLong(50_000);
        }
        long most = random.nextInt(16) == 0 ? 20_000_000 : 1_000_000;
        for (SimDisk disk : disks) {
            if (work.startsWith("disk-" + disk.root().getFileName() + "-")) {
                return 50_000 + random.nextLong(most) + disk.slowNanos();
            }
        }
        return random.nextLong(most);
    }

    // ------------------------------------------------------------------ what others ask, within this process
    void deliver(Envelope envelope) {
        if (life != null) {
            life.host.deliver(envelope);
        }
    }

    /** A client's request; to be called within this process. The future completes in it, if it lives long enough. */
    public CompletableFuture<Answer> ask(KvRequest request) {
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        long mine = process.life();
        long replica = answering(request.getPartition());
        life.clients.execute(request, new StreamObserver<>() {
            @Override
            public void onNext(KvResponse response) {
                answered(mine, answer, new Answer(response, replica, world.now()));
            }

            @Override
            public void onError(Throwable failure) {
                throw new IllegalStateException(failure);
            }

            @Override
            public void onCompleted() {
                // there is one answer
            }
        });
        return answer;
    }

    private long answering(int partition) {
        ReplicaHost replica = life.host.pick(partition);
        return replica == null ? 0 : replica.id();
    }

    /** A dead process answers nobody. */
    private void answered(long mine, CompletableFuture<Answer> to, Answer answer) {
        process.check(mine);
        to.complete(answer);
    }

    /** Of copies, to others; to be called within this process. */
    CopySender sender() {
        return life.sender;
    }

    /** What befalls the next file of a copy that comes to this node; null: nothing. */
    public void spoilNextCopy(CopyFault how) {
        nextCopyFault = how;
    }

    /** Null: nothing. */
    CopyFault nextCopyFault() {
        CopyFault next = nextCopyFault;
        nextCopyFault = null;
        if (next != null) {
            world.count("fault.copy-" + next.name().toLowerCase(Locale.ROOT).replace('_', '-'), name());
        }
        return next;
    }
}
