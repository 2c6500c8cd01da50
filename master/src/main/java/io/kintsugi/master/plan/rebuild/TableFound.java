package io.kintsugi.master.plan.rebuild;

import java.util.TreeMap;

/** One incarnation of a table: its newest definition, and its slots of which anything was found. */
final class TableFound {
    private Definition definition;
    private boolean contradicted;
    private boolean slicedOtherwise;
    final TreeMap<Integer, Slot> slots = new TreeMap<>();

    Definition definition() {
        return definition;
    }

    /** Whether the newest version was found with two different contents. */
    boolean contradicted() {
        return contradicted;
    }

    /** Whether definitions differ in what can't change: nobody can tell which keys are where. */
    boolean slicedOtherwise() {
        return slicedOtherwise;
    }

    void define(Definition d) {
        if (definition == null) {
            definition = d;
            return;
        }
        if (d.equals(definition)) {
            return;
        }
        slicedOtherwise |= !d.slicedAlike(definition);
        if (d.version() != definition.version()) {
            contradicted &= d.version() < definition.version();
        } else {
            contradicted = true;
        }
        definition = Definition.NEWNESS.compare(d, definition) > 0 ? d : definition;
    }

    Slot slot(int index) {
        return slots.computeIfAbsent(index, i -> new Slot());
    }
}
