package io.kintsugi.sim.datanode;

import io.kintsugi.common.net.HostPort;
import io.kintsugi.datanode.store.NodeDirectory;
import io.kintsugi.datanode.transport.AttendStream;
import io.kintsugi.datanode.transport.MasterStreams;
import io.kintsugi.proto.NodeDown;
import io.kintsugi.proto.NodeUp;
import io.kintsugi.sim.world.Network;
import io.kintsugi.sim.world.Process;
import io.kintsugi.sim.world.Stream;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.IntPredicate;

/** Streams to masters over the simulated network. */
record SimStreams(
        Process process,
        Network network,
        Map<HostPort, MasterDoor> masters,
        NodeDirectory directory,
        NodeLaws laws,
        IntPredicate soundDisk)
        implements MasterStreams {
    /** A loop of the node has long taken what came so long ago. */
    private static final long TAKEN = 100_000_000;

    @Override
    public AttendStream open(HostPort master, Consumer<NodeDown> onMessage, Runnable onEnd) {
        MasterDoor door = masters.get(master);
        AtomicBoolean ended = new AtomicBoolean();
        Stream<NodeUp, NodeDown> stream = network.open(
                process,
                door.process(),
                "attend",
                new Stream.Receiver<>() {
                    @Override
                    public void received(NodeDown message) {
                        if (!message.hasRefusal() && deposed(message)) {
                            process.after(TAKEN, "law", () -> {
                                if (!ended.get()) {
                                    laws.obeys(process.name(), master.toString());
                                }
                            });
                        }
                        onMessage.accept(message);
                    }

                    @Override
                    public void closed() {
                        ended.set(true);
                        onEnd.run();
                    }
                },
                door::attend);
        return new AttendStream() {
            @Override
            public void send(NodeUp message) {
                laws.told(process.name(), message, soundDisk);
                stream.send(message);
            }

            @Override
            public void close() {
                ended.set(true);
                stream.close();
            }
        };
    }

    private boolean deposed(NodeDown message) {
        return message.getGeneration() < directory.generation()
                || message.getGeneration() == directory.generation() && message.getTerm() < directory.term();
    }

    @Override
    public void close() {}
}
