package io.kintsugi.master.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a move, or a repair, is about. A repair is a move whose source is lost, or that has none: then it only adds.
 *
 * @param partition partition id
 * @param source replica id that is to go; 0: none, of a repair alone
 * @param sourceDisk where it is, or 0
 * @param nodeset the source's, without one the primary's: whose token the move holds
 * @param toNode the only datanode that will do as destination, or 0 for any
 * @param toDisk the only disk that will do, or 0 for any
 * @param destination replica id of the joining one; 0 before it is added
 * @param destinationDisk where it goes; 0 before it is chosen
 * @param notedInSync how many replicas were in-sync when the attempt began: the swap leaves no fewer (up to the table's number)
 * @param swapEpoch epoch of the swap, 0 before; the source is deleted once the primary has reported it
 * @param story the latest attempts that came to nothing, oldest first
 * @param rule of a repair: the rule that asked for it, {@link #OPERATOR} for a human; "" of a move
 */
public record Move(
        int partition,
        long source,
        int sourceDisk,
        int nodeset,
        int toNode,
        int toDisk,
        long destination,
        int destinationDisk,
        MoveStep step,
        int notedInSync,
        long swapEpoch,
        List<Attempt> story,
        String rule) {
    /** Who asks for a repair when no rule does. */
    public static final String OPERATOR = "operator";

    /** Stands for the source where there is none. */
    private static final Member NOBODY = new Member(0, 0, 0, 0);

    /** Enough for an operator; older attempts are only counted. */
    static final int STORY = 16;

    public Move {
        story = List.copyOf(story);
    }

    /** Of a move that has changed nothing yet. */
    public static Move of(int partition, Member source, int nodeset) {
        return new Move(
                partition, source.replica(), source.disk(), nodeset, 0, 0, 0, 0, MoveStep.NONE, 0, 0, List.of(), "");
    }

    /**
     * Of a repair that has changed nothing yet.
     *
     * @param lost the member to be replaced; empty: one is to be added
     * @param rule that asks for it, or "" for an operator
     */
    public static Move repair(int partition, Optional<Member> lost, int nodeset, String rule) {
        Member source = lost.orElse(NOBODY);
        return new Move(
                partition,
                source.replica(),
                source.disk(),
                nodeset,
                0,
                0,
                0,
                0,
                MoveStep.NONE,
                0,
                0,
                List.of(),
                rule.isEmpty() ? OPERATOR : rule);
    }

    public boolean isRepair() {
        return !rule.isEmpty();
    }

    /** Whether a rule asked for it, and no human. */
    public boolean automatic() {
        return isRepair() && !rule.equals(OPERATOR);
    }

    /** Whether it only adds. */
    public boolean adds() {
        return source == 0;
    }

    /** The source as the partition has it; where there is none, one that is on no disk. Empty when it is no member any more. */
    public Optional<Member> sourceIn(Partition p) {
        return adds() ? Optional.of(NOBODY) : p.member(source);
    }

    public Move to(int node, int disk) {
        return with(node, disk, destination, destinationDisk, step, notedInSync, swapEpoch, story);
    }

    public Move added(Member joining, int inSync) {
        return with(toNode, toDisk, joining.replica(), joining.disk(), MoveStep.ADDED, inSync, swapEpoch, story);
    }

    public Move swapped(long epoch) {
        return with(toNode, toDisk, destination, destinationDisk, MoveStep.SWAPPED, notedInSync, epoch, story);
    }

    /** As before it began. */
    public Move takenBack() {
        return with(toNode, toDisk, 0, 0, MoveStep.NONE, 0, 0, story);
    }

    public Move told(Attempt attempt) {
        List<Attempt> longer = new ArrayList<>(story.subList(Math.max(0, story.size() - STORY + 1), story.size()));
        longer.add(attempt);
        return with(toNode, toDisk, destination, destinationDisk, step, notedInSync, swapEpoch, longer);
    }

    /** Whether an earlier attempt found that this disk won't do as destination. */
    public boolean avoids(int disk) {
        return story.stream().anyMatch(a -> a.end() == AttemptEnd.ROLLBACK && a.disk() == disk);
    }

    private Move with(
            int node,
            int disk,
            long newDestination,
            int newDestinationDisk,
            MoveStep newStep,
            int inSync,
            long epoch,
            List<Attempt> newStory) {
        return new Move(
                partition,
                source,
                sourceDisk,
                nodeset,
                node,
                disk,
                newDestination,
                newDestinationDisk,
                newStep,
                inSync,
                epoch,
                newStory,
                rule);
    }
}
