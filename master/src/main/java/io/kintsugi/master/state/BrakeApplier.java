package io.kintsugi.master.state;

import io.kintsugi.master.command.Command.EngageBrake;
import io.kintsugi.master.command.Command.NoteNodeDead;
import io.kintsugi.master.model.Brake;
import io.kintsugi.master.model.Cluster;
import io.kintsugi.master.model.Node;

/** The brake of automatic work, and what it looks at: since when datanodes are dead. */
final class BrakeApplier {
    private BrakeApplier() {}

    static long engage(Transaction tx, EngageBrake c) {
        Cluster cluster = tx.state().cluster().orElseThrow();
        Lookup.notEmpty("the reason", c.reason());
        Refusal.unless(
                !cluster.brake().engaged(),
                "BRAKE_ENGAGED",
                "the brake is engaged already: %s",
                cluster.brake().message());
        put(tx, cluster.brake().engagedAt(tx.now(), c.reason(), c.message()));
        return 0;
    }

    static long release(Transaction tx) {
        Refusal.unless(
                tx.state().cluster().orElseThrow().brake().engaged(),
                "BRAKE_NOT_ENGAGED",
                "the brake isn't engaged: nothing is stopped by it");
        put(tx, Brake.releasedAt(tx.now()));
        return 0;
    }

    private static void put(Transaction tx, Brake brake) {
        Cluster cluster = tx.state().cluster().orElseThrow();
        tx.put(Schema.CLUSTER, Schema.CLUSTER_KEY, cluster.with(brake));
    }

    static long noteDead(Transaction tx, NoteNodeDead c) {
        Node node = Lookup.node(tx, c.node());
        Refusal.unless(
                c.dead() == (node.deadSince() == 0),
                "NODE_NOTED",
                "that datanode %d is %s is known",
                node.id(),
                c.dead() ? "dead" : "alive");
        tx.put(c.dead() ? node.died(tx.now()) : node.alive());
        if (c.dead()) {
            AbsenceApplier.nodeDied(tx, node.id());
        }
        return 0;
    }
}
