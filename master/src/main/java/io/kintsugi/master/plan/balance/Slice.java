package io.kintsugi.master.plan.balance;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A partition while a plan is made. */
final class Slice {
    /** What a replica costs a disk beside its bytes: its files, its memory, its share of the log. */
    static final long EACH = 64L << 20;

    /** @param stays not to be moved: it was just moved, or isn't there yet */
    record Copy(long replica, int disk, boolean stays) {}

    final int id;
    final String name;
    final long bytes;
    /** Whether it may be touched: whole, served, and nobody is at work on it. */
    final boolean steady;

    private final List<Copy> copies;
    private long primary;

    Slice(int id, String name, long bytes, boolean steady, List<Copy> copies, long primary) {
        this.id = id;
        this.name = name;
        this.bytes = bytes;
        this.steady = steady;
        this.copies = new ArrayList<>(copies);
        this.primary = primary;
    }

    double weight() {
        return (double) bytes + EACH;
    }

    List<Copy> copies() {
        return copies;
    }

    long primary() {
        return primary;
    }

    Optional<Copy> on(int disk) {
        return copies.stream().filter(c -> c.disk() == disk).findFirst();
    }

    Optional<Copy> leader() {
        return copies.stream().filter(c -> c.replica() == primary).findFirst();
    }

    void lead(long replica) {
        primary = replica;
    }

    /** The copy goes to that disk, and stays there. Its id there isn't known yet. */
    Copy move(Copy from, int toDisk) {
        Copy to = new Copy(-from.replica(), toDisk, true);
        copies.set(copies.indexOf(from), to);
        return to;
    }
}
