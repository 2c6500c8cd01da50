package io.kintsugi.master.view;

/** How far the copy of a joining replica is; bytes. Within an attempt its share never goes back, whatever is reported. */
public record Copied(long done, long total) {
    /** Of a replica that isn't being copied, as most aren't. */
    static final Copied NOTHING = new Copied(0, 0);

    public static Copied of(long done, long total) {
        return done == 0 && total == 0 ? NOTHING : new Copied(done, total);
    }

    /** 0 to 1. */
    public double share() {
        return total <= 0 ? 0 : Math.min(1.0, (double) done / total);
    }
}
