package io.kintsugi.master.driver;

import io.kintsugi.master.command.Command;
import io.kintsugi.proto.NodeDown;
import java.util.Collection;

/** What a driver can do. Each driver is given the narrowest of these that serves it. */
interface Actions extends Proposals, Tasks {}

/** Asking for changes. */
interface Proposals extends Alarms {
    /** Whether a proposal about the subject is on its way; while it is, no other is made. */
    boolean busy(Subject subject);

    /** Proposes unless the subject is busy; when it has settled, the subject is dirty again. */
    boolean propose(Subject subject, Command command);

    /** Commands on their way. */
    Collection<Command> outstanding();
}

/** Telling datanodes. */
interface Tasks extends Alarms {
    /** Whether the node has a stream, is welcomed, and has reported all that it has. */
    boolean reachable(int node);

    void send(int node, NodeDown.Builder message);
}

/** Being woken. */
interface Alarms {
    /** The subject is dirty at that time at the latest. */
    void wakeAt(long nanos, Subject subject);

    /** A step of a named kind is about to be taken: tests stop the process here. */
    void passing(String failpoint);
}
