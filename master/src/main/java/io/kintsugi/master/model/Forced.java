package io.kintsugi.master.model;

/**
 * What the last forced recovery of a partition left: every replica with an id up to {@code upTo} but the survivor was removed by it, and
 * is kept as a backup when it goes.
 *
 * @param upTo the highest replica id that was given out when the survivor was chosen
 * @param survivor replica id
 */
public record Forced(long upTo, long survivor) {
    public boolean removed(long replica) {
        return replica <= upTo && replica != survivor;
    }
}
