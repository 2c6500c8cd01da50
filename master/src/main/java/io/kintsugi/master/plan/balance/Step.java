package io.kintsugi.master.plan.balance;

/** One step of a plan; disks and replicas by id, {@code why} for people. */
public sealed interface Step {
    int partition();

    String why();

    /** Another in-sync member becomes primary: nothing is copied. */
    record HandOver(int partition, long from, long to, int fromNode, int toNode, String why) implements Step {}

    /** A replica goes to another disk. {@code bytes}: what is copied, by the primary's report. */
    record Move(int partition, long replica, int fromDisk, int toDisk, long bytes, String why) implements Step {}
}
