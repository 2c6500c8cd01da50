package io.kintsugi.bench.row;

import io.kintsugi.bench.Bench;
import io.kintsugi.bench.ClosedLoop;
import io.kintsugi.bench.Figure;
import io.kintsugi.bench.Samples;
import io.kintsugi.bench.baseline.BareRatis;
import io.kintsugi.bench.baseline.SyncedAppends;
import io.kintsugi.master.consensus.ConsensusConfig;
import io.kintsugi.master.consensus.MasterAddress;
import io.kintsugi.master.consensus.RaftSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Acknowledged commands a second that each change one partition, with three masters. Masters and bare Ratis run in this JVM, one after the
 * other in short turns, with the settings of {@link RaftSettings}; synced appends are timed before and after each turn.
 */
public final class Transitions implements Bench.Row {
    private static final int[] CALLERS = {1, 16, 256};
    /** Of fdatasync/s, for as many callers (DESIGN section 10). */
    private static final double[] TARGETS = {0.06, 0.7, 5};

    private static final double TARGET_OF_RATIS = 0.8;
    private static final int ENTRY_BYTES = 64; // of a ChangeInSync with its envelope
    private static final Duration WARM_UP = Duration.ofSeconds(1);

    @Override
    public String name() {
        return "transitions";
    }

    @Override
    public String what() {
        return "durable transitions a second with 3 masters by 1, 16 and 256 callers, against fdatasync and bare Ratis";
    }

    @Override
    public List<Figure> run(Bench bench) {
        Path dir = bench.directory("transitions");
        List<Integer> ports = freePorts(6);
        List<MasterAddress> masters = new ArrayList<>();
        List<MasterAddress> bare = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            masters.add(new MasterAddress("m" + i, "127.0.0.1", 1, 1, ports.get(i)));
            bare.add(new MasterAddress("bare" + i, "127.0.0.1", 1, 1, ports.get(3 + i)));
        }
        try (MasterTrio trio =
                        new MasterTrio(masters, self -> config(self, masters, dir), CALLERS[CALLERS.length - 1]);
                BareRatis ratis = new BareRatis(
                        ports.subList(3, 6),
                        i -> RaftSettings.of(config(bare.get(i), bare, dir), dir.resolve("bare" + i)),
                        ENTRY_BYTES)) {
            List<MasterTrio.Caller> callers = trio.callers();
            List<Figure> figures = new ArrayList<>();
            for (int i = 0; i < CALLERS.length; i++) {
                figures.addAll(measure(bench, dir, CALLERS[i], TARGETS[i], callers, ratis));
            }
            return figures;
        }
    }

    private static List<Figure> measure(
            Bench bench, Path dir, int number, double target, List<MasterTrio.Caller> callers, BareRatis ratis) {
        Duration time = Duration.ofSeconds(bench.size(5, 2));
        List<Double> rates = new ArrayList<>();
        List<Double> ofSync = new ArrayList<>();
        List<Double> ofRatis = new ArrayList<>();
        List<Double> bareRates = new ArrayList<>();
        String percentiles = "";
        for (int i = 0; i < bench.size(5, 2); i++) {
            double before = SyncedAppends.perSecond(dir, WARM_UP);
            ClosedLoop.Result ours =
                    ClosedLoop.async(number, WARM_UP, time, c -> callers.get(c).next());
            double after = SyncedAppends.perSecond(dir, WARM_UP);
            ClosedLoop.Result bare = ClosedLoop.async(number, WARM_UP, time, c -> ratis.submit());
            double syncs = (before + after) / 2;
            percentiles = ours.percentiles();
            rates.add(ours.perSecond());
            ofSync.add(ours.perSecond() / syncs);
            ofRatis.add(ours.perSecond() / bare.perSecond());
            bareRates.add(bare.perSecond());
            bench.say(String.format(
                    "%d callers: %.0f transitions/s (%s), bare Ratis %.0f/s (%s), synced appends %.0f/s",
                    number, ours.perSecond(), percentiles, bare.perSecond(), bare.percentiles(), syncs));
        }
        String name = "durable transitions, " + number + (number == 1 ? " caller" : " callers");
        return List.of(
                Figure.of(name, "1/s", new Samples(rates))
                        .over("fdatasync/s", new Samples(ofSync))
                        .want(Figure.Target.ratioAtLeast(target))
                        .noting(percentiles),
                Figure.of(name + " ÷ bare Ratis", "1/s", new Samples(rates))
                        .over(
                                String.format("bare Ratis (%.0f/s)", new Samples(bareRates).median()),
                                new Samples(ofRatis))
                        .want(Figure.Target.ratioAtLeast(TARGET_OF_RATIS)));
    }

    private static ConsensusConfig config(MasterAddress self, List<MasterAddress> all, Path dir) {
        return new ConsensusConfig(
                self,
                all,
                self.host(),
                dir.resolve(self.name()),
                Duration.ofMillis(500),
                Duration.ofMillis(1000),
                Duration.ofSeconds(10),
                4,
                50_000,
                Duration.ofMinutes(10),
                10_000,
                32 << 20,
                false);
    }

    private static List<Integer> freePorts(int count) {
        List<ServerSocket> held = new ArrayList<>();
        try {
            List<Integer> ports = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                held.add(socket);
                ports.add(socket.getLocalPort());
            }
            for (ServerSocket socket : held) {
                socket.close();
            }
            return ports;
        } catch (IOException e) {
            throw new UncheckedIOException("looking for free ports", e);
        }
    }
}
