package io.kintsugi.mutants;

import java.util.List;

/**
 * A bug: one or more edits of the product's classes. More than one where the product guards the same rule twice, as drivers that decide by it
 * and an apply that checks it.
 *
 * @param area what of the product it is in: protocol, copying, ops, tokens, mutex, snapshot, drivers …
 * @param what the mistake, in a sentence
 */
public record PlantedBug(String name, String area, String what, List<Edit> edits) {
    /**
     * Replaces a piece of text that occurs exactly once in the class's source; how it is wrapped into lines doesn't matter.
     *
     * @param type the class's full name
     */
    public record Edit(String type, String from, String to) {}

    /** One with its edits. */
    public static PlantedBug bug(String name, String area, String what, Edit... edits) {
        return new PlantedBug(name, area, what, List.of(edits));
    }

    /** Shorthand. */
    public static Edit edit(String type, String from, String to) {
        return new Edit(type, from, to);
    }

    @Override
    public String toString() {
        return name;
    }
}
