package io.kintsugi.master.model;

/** What an operation does. */
public enum OpKind implements WireEnum {
    DISK_DECOMMISSION(1),
    /** Replaces one replica of one partition by one elsewhere: a part of a disk's decommission, or asked for by itself. */
    MOVE(2),
    /** Its parts are the decommissions of the datanode's disks. */
    NODE_DECOMMISSION(3),
    /** Puts a new replica where one is lost, or where one is missing: a move whose source can't be asked, or that has none. */
    REPAIR(4),
    /** Brings a partition back that has no live in-sync replica, by an operator's word: something may be lost. */
    RECOVERY(5),
    /** A member was taken out of service by an operator's word: over as soon as it is begun. */
    OFFLINE(6),
    /** A member that was out of service comes back: over when it is in-sync. */
    REJOIN(7),
    /** Primaries and replicas are evened out once, by an operator's word: over when nothing is left to be done. */
    BALANCE(8),
    /** After a disaster: every partition is brought back that can be, by an operator's word. Its parts are forced recoveries. */
    RECOVER_DATA(12);

    private final int wire;

    OpKind(int wire) {
        this.wire = wire;
    }

    @Override
    public int wire() {
        return wire;
    }
}
