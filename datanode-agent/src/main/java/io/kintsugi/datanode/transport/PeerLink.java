package io.kintsugi.datanode.transport;

import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.kintsugi.common.Clock;
import io.kintsugi.common.net.GrpcNet;
import io.kintsugi.common.net.HostPort;
import io.kintsugi.datanode.host.Envelope;
import io.kintsugi.proto.DeliverResponse;
import io.kintsugi.proto.ReplicationBatch;
import io.kintsugi.proto.ReplicationMessage;
import io.kintsugi.proto.ReplicationServiceGrpc;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The stream to one other datanode. What is queued while the stream is busy goes in one batch. When the stream breaks, or too much is
 * queued, messages are dropped: replication sends again what matters.
 */
final class PeerLink {
    private static final Logger LOG = LoggerFactory.getLogger(PeerLink.class);
    private static final int MAX_BATCH_BYTES = 4 << 20;
    private static final long MAX_QUEUED_BYTES = 64L << 20;
    private static final long MIN_PAUSE = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long MAX_PAUSE = TimeUnit.MILLISECONDS.toNanos(500);

    private final HostPort address;
    private final Clock clock;
    private final Runnable onUp;
    private final ManagedChannel channel;
    private final ConcurrentLinkedQueue<ReplicationMessage> queue = new ConcurrentLinkedQueue<>();
    private final AtomicLong queuedBytes = new AtomicLong();
    /** Above 0: a thread is draining; whoever else comes only counts up, and that thread goes round again. */
    private final AtomicInteger draining = new AtomicInteger();

    // Touched by the draining thread only.
    private volatile Stream stream;
    private long pause = MIN_PAUSE;
    private volatile long retryAt = Long.MIN_VALUE;
    private volatile boolean closed;

    /** One call; a later one replaces it after it has ended. */
    private final class Stream implements ClientResponseObserver<ReplicationBatch, DeliverResponse> {
        private ClientCallStreamObserver<ReplicationBatch> call;
        private volatile boolean ended;

        @Override
        public void beforeStart(ClientCallStreamObserver<ReplicationBatch> requests) {
            call = requests;
            call.setOnReadyHandler(PeerLink.this::flush);
        }

        @Override
        public void onNext(DeliverResponse end) {}

        @Override
        public void onError(Throwable broken) {
            LOG.debug("the stream to {} broke: {}", address, broken.getMessage());
            ended = true;
        }

        @Override
        public void onCompleted() {
            ended = true;
        }
    }

    PeerLink(HostPort address, Clock clock, Runnable onUp) {
        this.address = address;
        this.clock = clock;
        this.onUp = onUp;
        channel = GrpcNet.channel(address).directExecutor().build();
        watch(ConnectivityState.IDLE, false);
    }

    /** Tells when the connection is there again after it wasn't. */
    private void watch(ConnectivityState state, boolean wasDown) {
        channel.notifyWhenStateChanged(state, () -> {
            ConnectivityState next = channel.getState(false);
            if (next == ConnectivityState.SHUTDOWN) {
                return;
            }
            if (next == ConnectivityState.READY && wasDown) {
                retryAt = clock.nanos();
                onUp.run();
            }
            boolean down = next == ConnectivityState.TRANSIENT_FAILURE || next == ConnectivityState.IDLE;
            watch(next, down || wasDown && next != ConnectivityState.READY);
        });
    }

    void add(Envelope envelope) {
        if (closed || (stream == null && clock.nanos() < retryAt)) {
            return;
        }
        ReplicationMessage message = Protos.envelope(envelope);
        if (queuedBytes.addAndGet(message.getSerializedSize()) > MAX_QUEUED_BYTES) {
            queuedBytes.addAndGet(-message.getSerializedSize());
            return;
        }
        queue.add(message);
    }

    /** Sends what is queued, as far as the stream takes it; it calls again when it takes more. */
    void flush() {
        if (queue.isEmpty() || draining.getAndIncrement() != 0) {
            return;
        }
        int seen = 1;
        do {
            drain();
            seen = draining.addAndGet(-seen);
        } while (seen != 0);
    }

    private void drain() {
        if (stream != null && stream.ended) {
            stream = null;
            retryAt = clock.nanos() + pause;
            pause = Math.min(MAX_PAUSE, pause * 2);
            drop();
        }
        if (closed || queue.isEmpty()) {
            return;
        }
        if (stream == null) {
            if (clock.nanos() < retryAt) {
                drop();
                return;
            }
            stream = new Stream();
            channel.resetConnectBackoff(); // the pause here is the one that counts
            ReplicationServiceGrpc.newStub(channel).deliver(stream);
        }
        while (stream.call.isReady() && !queue.isEmpty()) {
            stream.call.onNext(batch());
            pause = MIN_PAUSE;
        }
    }

    private ReplicationBatch batch() {
        ReplicationBatch.Builder batch = ReplicationBatch.newBuilder();
        long bytes = 0;
        for (ReplicationMessage next = queue.peek();
                next != null && (bytes == 0 || bytes + next.getSerializedSize() < MAX_BATCH_BYTES);
                next = queue.peek()) {
            queue.poll();
            bytes += next.getSerializedSize();
            batch.addMessages(next);
        }
        queuedBytes.addAndGet(-bytes);
        return batch.build();
    }

    private void drop() {
        for (ReplicationMessage message = queue.poll(); message != null; message = queue.poll()) {
            queuedBytes.addAndGet(-message.getSerializedSize());
        }
    }

    void close() {
        closed = true;
        channel.shutdownNow();
    }
}
