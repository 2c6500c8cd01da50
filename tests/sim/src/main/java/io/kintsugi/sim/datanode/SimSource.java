package io.kintsugi.sim.datanode;

import io.kintsugi.datanode.copy.Offer;
import io.kintsugi.datanode.copy.Source;
import io.kintsugi.datanode.replica.Config;
import io.kintsugi.sim.world.Network;
import io.kintsugi.sim.world.Process;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** The node that a copy comes from, over the simulated network, with the patience of the real {@code HttpSource}. */
final class SimSource implements Source {
    private static final long WORKING = Duration.ofSeconds(6).toNanos();
    private static final long SILENT = Duration.ofSeconds(3).toNanos();
    /** The most that a piece of a file has. */
    private static final int PIECE = 32 << 10;
    /** A receiver that is slow gets what its buffers take: it comes on, however slowly. */
    private static final int SMALL_PIECE = 1 << 10;

    private final SimNode self;
    private final SimRuntime runtime;
    private final Network network;
    private final SimNode source;
    private final CopyLaws laws;
    private final SplittableRandom random;

    SimSource(
            SimNode self, SimRuntime runtime, Network network, SimNode source, CopyLaws laws, SplittableRandom random) {
        this.self = self;
        this.runtime = runtime;
        this.network = network;
        this.source = source;
        this.laws = laws;
        this.random = random;
    }

    private <R> R ask(String what, long patience, Supplier<CompletableFuture<R>> serve) throws IOException {
        try {
            return runtime.await(network.call(self.process(), source.process(), what, patience, serve));
        } catch (CompletionException e) {
            if (e.getCause() instanceof TimeoutException) {
                throw new SocketTimeoutException(source.name() + " says nothing");
            }
            throw new IOException(source.name() + ": " + e.getCause().getMessage(), e);
        }
    }

    @Override
    public Offer offer(long replica, long neededIndex) throws IOException {
        laws.asks(this, "an offer");
        return ask("copy.offer", WORKING, () -> source.sender().offer(replica, neededIndex));
    }

    @Override
    public Offer salvage(long replica, Config fence) throws IOException {
        laws.asks(this, "a salvage");
        return ask("copy.salvage", WORKING, () -> source.sender().salvage(replica, fence));
    }

    @Override
    public InputStream file(String copy, String name, long from) throws IOException {
        laws.asks(this, name);
        long number = ask("copy.file", SILENT, () -> source.sender().open(copy, name));
        CopyFault fault = self.nextCopyFault();
        if (fault == CopyFault.DAMAGED) {
            laws.damaged(this);
        }
        return new Body(number, from, fault);
    }

    @Override
    public Map<String, Integer> checksums(String copy) throws IOException {
        laws.asks(this, "checksums");
        return ask("copy.checksums", WORKING, () -> source.sender().checksums(copy));
    }

    @Override
    public void unreadable(long replica) {
        network.datagram(self.process(), source.process(), "copy.unreadable", () -> source.sender()
                .unreadable(replica));
    }

    @Override
    public void drop(String copy) {
        Process to = source.process();
        network.datagram(self.process(), to, "copy.drop", () -> source.sender().drop(copy));
    }

    /** What the answer to a request for a file says, piece by piece. */
    private final class Body extends InputStream {
        private final long number;
        private final CopyFault fault;
        private final int healthy = random.nextInt(4);
        private long at;
        private int pieces;

        Body(long number, long from, CopyFault fault) {
            this.number = number;
            this.at = from;
            this.fault = fault;
        }

        @Override
        public int read() {
            throw new UnsupportedOperationException("a byte alone");
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            boolean now = fault != null && pieces++ == healthy;
            if (now && fault == CopyFault.BROKEN) {
                throw new IOException("connection reset");
            }
            laws.more(SimSource.this);
            int most = 1 + random.nextInt(Math.min(length, laws.limited() ? SMALL_PIECE : PIECE));
            long from = at;
            byte[] piece = ask("copy.piece", SILENT, () -> source.sender().piece(number, from, most));
            if (piece.length == 0 || now && fault == CopyFault.CUT_SHORT) {
                return -1;
            }
            System.arraycopy(piece, 0, into, offset, piece.length);
            if (now) {
                into[offset + random.nextInt(piece.length)] ^= 1;
            }
            at += piece.length;
            laws.got(SimSource.this, piece.length);
            return piece.length;
        }

        @Override
        public void close() {
            network.datagram(self.process(), source.process(), "copy.end", () -> source.sender()
                    .close(number));
        }
    }
}
