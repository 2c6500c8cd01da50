package io.kintsugi.sim.world;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Carries messages between processes: datagrams, calls, and streams ({@link Stream}). Each direction between two processes is a link of its
 * own, with its own quality, and may be cut; a cut of one direction only is a one-way partition.
 */
public final class Network {
    /** Nothing listens there. */
    public static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Refused(String to) {
            super(to + " refuses connections");
        }
    }

    private final World world;
    private final Map<String, Map<String, Link>> links = new HashMap<>();
    private final Map<String, List<Stream<?, ?>>> streams = new LinkedHashMap<>();
    private final List<Runnable> changes = new ArrayList<>();
    private final Set<String> known = new HashSet<>();
    private LinkQuality quality = LinkQuality.GOOD;
    private long breakAfter = 10_000_000_000L;
    private long changedAt;

    public Network(World world) {
        this.world = world;
    }

    /** Of all links that have none of their own. */
    public void quality(LinkQuality all) {
        quality = all;
    }

    /** Of one link; null for that of all. */
    public void quality(String from, String to, LinkQuality own) {
        link(from, to).quality = own;
    }

    LinkQuality quality() {
        return quality;
    }

    /** After so long in a cut an end takes its stream for broken: what keep-alives do. Nanoseconds. */
    public void breakAfter(long nanos) {
        breakAfter = nanos;
    }

    long breakAfter() {
        return breakAfter;
    }

    Link link(String from, String to) {
        return links.computeIfAbsent(from, f -> new HashMap<>())
                .computeIfAbsent(to, t -> new Link(this, world.random("net " + from + ">" + to), from, to));
    }

    public boolean cut(String from, String to) {
        return link(from, to).cut;
    }

    /** What is sent from now on doesn't arrive; what streams carry waits for the end of the cut, or for the stream's. */
    public void cut(String from, String to, boolean on) {
        Link link = link(from, to);
        if (link.cut != on) {
            link.cut = on;
            changedAt = world.now();
            world.note(from, () -> (on ? "is cut off from " : "reaches again ") + to);
            changed(from, to, on);
            changed(to, from, on);
            changes.forEach(Runnable::run);
        }
    }

    /** Whether everybody has reached everybody for so many nanoseconds. */
    public boolean wholeFor(long nanos) {
        return world.now() - changedAt >= nanos
                && links.values().stream().flatMap(to -> to.values().stream()).noneMatch(link -> link.cut);
    }

    /** Told after each cut and each end of one. */
    public void onChange(Runnable listener) {
        changes.add(listener);
    }

    /** Streams with an end at the one and the other at the other. */
    private void changed(String at, String peer, boolean cut) {
        boolean bothWays = !cut(at, peer) && !cut(peer, at);
        for (Stream<?, ?> end : List.copyOf(of(at))) {
            if (end.leadsTo(peer)) {
                if (cut) {
                    end.linkCut();
                } else {
                    end.linkHealed(bothWays);
                }
            }
        }
    }

    /** Both directions. */
    public void split(String a, String b, boolean on) {
        cut(a, b, on);
        cut(b, a, on);
    }

    /** No link is cut any more, and all are good. */
    public void heal() {
        quality = LinkQuality.GOOD;
        links.keySet().stream()
                .sorted()
                .forEach(from -> links.get(from).keySet().stream().sorted().forEach(to -> {
                    link(from, to).quality = null;
                    cut(from, to, false);
                }));
    }

    /** Delivers to whatever life the receiver is in then; may be lost, doubled, late, overtaken. */
    public void datagram(Process from, Process to, String kind, Runnable delivery) {
        Link link = link(from.name(), to.name());
        if (link.loses()) {
            world.count("fault.lost", link.name);
            return;
        }
        arrive(link, to, kind, delivery);
        if (link.doubles()) {
            world.count("fault.doubled", link.name);
            arrive(link, to, kind, delivery);
        }
    }

    private void arrive(Link link, Process to, String kind, Runnable delivery) {
        world.after(link.delay(), kind, link.name, () -> {
            if (!link.cut) {
                to.run(to.life(), delivery);
            }
        });
    }

    /**
     * Asks and waits for the answer, which completes the future in the asker's process. It fails with {@link Refused} when the other is
     * down, with {@link TimeoutException} when nothing came in time: it may have been served, or may yet be.
     */
    public <R> CompletableFuture<R> call(
            Process from, Process to, String kind, long timeoutNanos, Supplier<CompletableFuture<R>> serve) {
        CompletableFuture<R> answer = new CompletableFuture<>();
        long asker = from.life();
        from.after(timeoutNanos, "timeout", () -> answer.completeExceptionally(new TimeoutException(kind)));
        once(link(from.name(), to.name()), kind, () -> {
            Link back = link(to.name(), from.name());
            if (!to.up()) {
                once(back, kind, () -> from.run(asker, () -> answer.completeExceptionally(new Refused(to.name()))));
                return;
            }
            to.run(to.life(), () -> serve.get()
                    .whenComplete((value, failure) -> once(
                            back,
                            kind,
                            () -> from.run(asker, () -> {
                                if (failure != null) {
                                    answer.completeExceptionally(failure);
                                } else {
                                    answer.complete(value);
                                }
                            }))));
        });
        return answer;
    }

    private void once(Link link, String kind, Runnable arrival) {
        if (link.loses()) {
            world.count("fault.lost", link.name);
            return;
        }
        world.after(link.delay(), kind, link.name, () -> {
            if (!link.cut) {
                arrival.run();
            }
        });
    }

    /**
     * Opens a stream. What the client sends before it stands is kept for it.
     *
     * @param accept what the server does when the stream reaches it: takes its end and returns who receives there, or null to refuse
     * @return the client's end
     */
    public <U, D> Stream<U, D> open(
            Process client,
            Process server,
            String kind,
            Stream.Receiver<D> receiver,
            Function<Stream<D, U>, Stream.Receiver<U>> accept) {
        return Stream.open(this, client, server, kind, receiver, accept);
    }

    World world() {
        return world;
    }

    /** Open ends at a process. */
    List<Stream<?, ?>> of(String process) {
        return streams.computeIfAbsent(process, p -> new ArrayList<>());
    }

    void opened(Process at, Stream<?, ?> end) {
        if (known.add(at.name())) {
            at.onCrash(() -> List.copyOf(of(at.name())).forEach(Stream::crashed));
        }
        of(at.name()).add(end);
    }
}
