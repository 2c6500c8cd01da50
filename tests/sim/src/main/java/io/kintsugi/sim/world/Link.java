package io.kintsugi.sim.world;

import java.util.SplittableRandom;

/** One direction between two processes. */
final class Link {
    final String name;
    private final Network network;
    private final SplittableRandom random;
    LinkQuality quality;
    boolean cut;

    Link(Network network, SplittableRandom random, String from, String to) {
        this.network = network;
        this.random = random;
        this.name = from + ">" + to;
    }

    private LinkQuality present() {
        return quality == null ? network.quality() : quality;
    }

    long delay() {
        return present().delay(random);
    }

    /** A part of something, from 0 to most. */
    long upTo(long most) {
        return random.nextLong(most + 1);
    }

    boolean loses() {
        return cut || present().loss() > 0 && random.nextDouble() < present().loss();
    }

    boolean doubles() {
        return present().duplicates() > 0 && random.nextDouble() < present().duplicates();
    }
}
