package io.kintsugi.master.model;

/** Milliseconds since the epoch; {@code ended} is 0 while the op runs. */
public record Times(long created, long updated, long ended) {
    static Times at(long now) {
        return new Times(now, now, 0);
    }
}
