package io.kintsugi.master.driver;

import io.kintsugi.master.command.Command;
import io.kintsugi.master.model.Node;
import io.kintsugi.master.plan.repair.BrakeRule;
import io.kintsugi.master.view.Liveness;
import io.kintsugi.master.view.View;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the death of datanodes a fact of the state, so that its time outlasts this leader, and engages the brake when too much fails at once. */
record BrakeDriver(Proposals proposals) implements Driver {
    private static final Logger LOG = LoggerFactory.getLogger(BrakeDriver.class);

    @Override
    public void step(View view, Dirty dirty) {
        for (int id : dirty.nodes) {
            view.cluster().node(id).ifPresent(node -> note(view, node));
        }
        if (dirty.brake || dirty.settings || !dirty.nodes.isEmpty() || !dirty.disks.isEmpty()) {
            BrakeRule.engages(view).ifPresent(why -> {
                if (proposals.propose(Subject.BRAKE, new Command.EngageBrake(why.code(), why.message()))) {
                    LOG.error("the brake is engaged: {}", why.message());
                }
            });
        }
    }

    private void note(View view, Node node) {
        Liveness liveness = view.reports().liveness(node.id());
        boolean noted = node.deadSince() != 0;
        if (liveness == Liveness.DEAD && !noted || liveness == Liveness.ALIVE && noted) {
            proposals.propose(Subject.node(node.id()), new Command.NoteNodeDead(node.id(), !noted));
        }
    }
}
