package io.kintsugi.sim.world;

import java.util.TreeMap;
import java.util.function.Function;

/**
 * One end of a stream between two processes: messages come in order and once, until it breaks; then some last ones may be missing. It ends
 * when an end closes it, when a process dies, or when a link has been cut for too long; in a cut the two ends learn of it at different
 * times.
 *
 * @param <S> what this end sends
 * @param <R> what it receives
 */
public final class Stream<S, R> {
    /** Who receives at an end. */
    public interface Receiver<R> {
        void received(R message);

        /** The stream has ended, and not by this end's {@link Stream#close}. */
        void closed();
    }

    private final Network network;
    private final String kind;
    private final Process process;
    private final long life;
    private final Link out;
    private Stream<R, S> other;
    private Receiver<R> receiver;
    private boolean open = true;
    /** What waits for the stream to stand, or for the end of a cut; by the order of sending. A null stands for the end. */
    private final TreeMap<Long, Envelope<S>> waiting = new TreeMap<>();

    private boolean established;
    private long sent;
    private long lastArrival;
    private long dropFrom = Long.MAX_VALUE;
    private int cuts;

    private record Envelope<S>(long number, S message) {}

    private Stream(Network network, String kind, Process process, Process peer) {
        this.network = network;
        this.kind = kind;
        this.process = process;
        this.life = process.life();
        this.out = network.link(process.name(), peer.name());
        network.opened(process, this);
    }

    static <U, D> Stream<U, D> open(
            Network network,
            Process client,
            Process server,
            String kind,
            Receiver<D> receiver,
            Function<Stream<D, U>, Receiver<U>> accept) {
        Stream<U, D> near = new Stream<>(network, kind, client, server);
        near.receiver = receiver;
        if (near.out.cut) {
            near.linkCut();
        }
        network.world().after(near.out.delay(), "connect", near.out.name, () -> {
            if (near.out.cut || !near.open) {
                near.linkCut();
            } else if (!server.up()) {
                near.endedAfter(network.link(server.name(), client.name()).delay());
            } else {
                server.run(server.life(), () -> near.accepted(server, accept));
            }
        });
        return near;
    }

    private void accepted(Process server, Function<Stream<R, S>, Receiver<S>> accept) {
        if (!open) {
            return;
        }
        Stream<R, S> far = new Stream<>(network, kind, server, process);
        far.other = this;
        far.established = true;
        other = far;
        far.receiver = accept.apply(far);
        if (far.receiver == null) {
            far.close();
        }
        established = true;
        flush();
    }

    public boolean open() {
        return open;
    }

    /** Goes nowhere when the stream has ended, or when the process that holds this end is dead. */
    public void send(S message) {
        if (open && process.lives(life)) {
            carry(new Envelope<>(sent++, message));
        }
    }

    /** The other end is told after what was sent before. */
    public void close() {
        if (open) {
            end();
            carry(new Envelope<>(sent++, null));
        }
    }

    private void carry(Envelope<S> envelope) {
        if (!established || out.cut) {
            waiting.put(envelope.number, envelope);
            return;
        }
        long now = network.world().now();
        lastArrival = Math.max(lastArrival, now + out.delay());
        network.world().after(lastArrival - now, kind, out.name, () -> arrived(envelope));
    }

    private void arrived(Envelope<S> envelope) {
        if (network.world().now() > dropFrom) {
            return;
        }
        if (out.cut) {
            waiting.put(envelope.number, envelope);
        } else if (envelope.message == null) {
            other.process.run(other.life, other::ended);
        } else if (other.open) {
            Stream<R, S> to = other;
            to.process.run(to.life, () -> {
                if (to.open) {
                    to.receiver.received(envelope.message);
                }
            });
        } else {
            endedAfter(other.out.delay());
        }
    }

    private void flush() {
        TreeMap<Long, Envelope<S>> all = new TreeMap<>(waiting);
        waiting.clear();
        all.values().forEach(this::carry);
    }

    boolean leadsTo(String peer) {
        return out.name.endsWith(">" + peer);
    }

    /** One of the two directions is cut: an end that hears nothing for too long gives up. */
    void linkCut() {
        int cut = ++cuts;
        long patience = network.breakAfter() + out.upTo(network.breakAfter());
        network.world().after(patience, "keepalive", out.name, () -> {
            if (open && cuts == cut) {
                network.world().count("fault.broken-stream", out.name);
                process.run(life, this::ended);
            }
        });
    }

    void linkHealed(boolean bothWays) {
        if (bothWays) {
            cuts++;
            if (other != null && !other.open) {
                endedAfter(other.out.delay());
            } else if (other == null && !established) {
                endedAfter(out.delay());
            }
        }
        if (established && !out.cut) {
            flush();
        }
    }

    /** The process that holds this end has died: the other is told, if that gets through; some of what is on its way may be lost. */
    void crashed() {
        end();
        if (other != null && other.open) {
            long now = network.world().now();
            dropFrom = now + out.upTo(Math.max(0, lastArrival - now));
            waiting.clear();
            if (!out.cut) {
                other.endedAfter(dropFrom - now + out.delay());
            }
        }
    }

    private void endedAfter(long nanos) {
        network.world().after(nanos, "closed", out.name, () -> process.run(life, this::ended));
    }

    private void ended() {
        if (open) {
            end();
            receiver.closed();
        }
    }

    private void end() {
        open = false;
        network.of(process.name()).remove(this);
    }
}
