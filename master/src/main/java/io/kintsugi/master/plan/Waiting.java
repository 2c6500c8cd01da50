package io.kintsugi.master.plan;

/** So many partitions wait for the same thing; the reason is that of one of them. */
public record Waiting(Reason reason, int count) {
    Waiting and(Waiting more) {
        return new Waiting(reason, count + more.count);
    }
}
