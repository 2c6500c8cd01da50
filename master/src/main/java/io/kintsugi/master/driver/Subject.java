package io.kintsugi.master.driver;

/** What a timer is about, and what has at most one proposal on its way. */
record Subject(Kind kind, long id) {
    enum Kind {
        PARTITION,
        OP,
        NODE,
        DISK,
        TABLE,
        /** The loop's own affairs. */
        LOOP
    }

    /** Whether silent nodes may be judged. */
    static final Subject JUDGE = new Subject(Kind.LOOP, 1);
    /** Expiry of what is kept for a bounded time. */
    static final Subject REAPER = new Subject(Kind.LOOP, 2);
    /** Somebody waits for a condition, until a deadline. */
    static final Subject WATCH = new Subject(Kind.LOOP, 3);

    /** Whether too much has failed at once. */
    static final Subject BRAKE = new Subject(Kind.LOOP, 4);

    /** Repairs that weren't begun are looked at again. */
    static final Subject REPAIR = new Subject(Kind.LOOP, 5);

    /** Partitions whose turn has come to have their replicas compared. */
    static final Subject VERIFY = new Subject(Kind.LOOP, 6);

    /** What is uneven is looked at again. */
    static final Subject BALANCE = new Subject(Kind.LOOP, 7);

    static Subject partition(int id) {
        return new Subject(Kind.PARTITION, id);
    }

    static Subject op(long id) {
        return new Subject(Kind.OP, id);
    }

    static Subject node(int id) {
        return new Subject(Kind.NODE, id);
    }

    static Subject disk(int id) {
        return new Subject(Kind.DISK, id);
    }

    static Subject table(int id) {
        return new Subject(Kind.TABLE, id);
    }
}
