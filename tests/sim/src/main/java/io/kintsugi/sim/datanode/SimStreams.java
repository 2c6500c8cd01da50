package io.kintsugi.sim.datanode;

import io.kintsugi.common.net.HostPort;
import io.kintsugi.datanode.transport.AttendStream;
import io.kintsugi.datanode.transport.MasterStreams;
import io.kintsugi.proto.NodeDown;
import io.kintsugi.proto.NodeUp;
import io.kintsugi.sim.world.Network;
import io.kintsugi.sim.world.Process;
import io.kintsugi.sim.world.Stream;
import java.util.Map;
import java.util.function.Consumer;

/** Streams to masters over the simulated network. */
record SimStreams(Process process, Network network, Map<HostPort, MasterDoor> masters) implements MasterStreams {
    @Override
    public AttendStream open(HostPort master, Consumer<NodeDown> onMessage, Runnable onEnd) {
        MasterDoor door = masters.get(master);
        Stream<NodeUp, NodeDown> stream = network.open(
                process,
                door.process(),
                "attend",
                new Stream.Receiver<>() {
                    @Override
                    public void received(NodeDown message) {
                        onMessage.accept(message);
                    }

                    @Override
                    public void closed() {
                        onEnd.run();
                    }
                },
                door::attend);
        return new AttendStream() {
            @Override
            public void send(NodeUp message) {
                stream.send(message);
            }

            @Override
            public void close() {
                stream.close();
            }
        };
    }

    @Override
    public void close() {}
}
