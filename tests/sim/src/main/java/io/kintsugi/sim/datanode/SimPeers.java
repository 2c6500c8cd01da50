package io.kintsugi.sim.datanode;

import io.kintsugi.datanode.host.Envelope;
import io.kintsugi.datanode.host.Peers;
import io.kintsugi.sim.world.Network;
import io.kintsugi.sim.world.Process;
import java.time.Duration;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Replication messages as datagrams: they may be lost, doubled and overtake each other, which is more than the product's streams do to them.
 * Notices, as the product's links do, when a peer that couldn't be reached can be reached again.
 */
final class SimPeers implements Peers {
    private final Process process;
    private final long life;
    private final Network network;
    private final Function<String, SimNode> byAddress;
    private final Consumer<String> onUp;
    private final long lookAgainNanos;
    private final TreeSet<String> unreachable = new TreeSet<>();

    SimPeers(
            Process process,
            Network network,
            Function<String, SimNode> byAddress,
            Consumer<String> onUp,
            Duration lookAgain) {
        this.process = process;
        this.life = process.life();
        this.network = network;
        this.byAddress = byAddress;
        this.onUp = onUp;
        lookAgainNanos = lookAgain.toNanos();
    }

    @Override
    public void send(String address, Envelope envelope) {
        process.check(life);
        SimNode to = byAddress.apply(address);
        if (!reaches(to) && unreachable.add(address) && unreachable.size() == 1) {
            process.after(lookAgainNanos, "peer", this::lookAgain);
        }
        network.datagram(process, to.process(), "replicate", () -> to.deliver(envelope));
    }

    private boolean reaches(SimNode to) {
        return to.process().up() && !network.cut(process.name(), to.name()) && !network.cut(to.name(), process.name());
    }

    private void lookAgain() {
        for (String address : new TreeSet<>(unreachable)) {
            if (reaches(byAddress.apply(address))) {
                unreachable.remove(address);
                onUp.accept(address);
            }
        }
        if (!unreachable.isEmpty()) {
            process.after(lookAgainNanos, "peer", this::lookAgain);
        }
    }

    @Override
    public void flush() {}
}
