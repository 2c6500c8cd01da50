package io.kintsugi.master.model;

import java.util.ArrayList;
import java.util.List;

/**
 * What a move is about.
 *
 * @param partition partition id
 * @param source replica id that is to go
 * @param sourceDisk where it is
 * @param nodeset the source's: whose token the move holds
 * @param toNode the only datanode that will do as destination, or 0 for any
 * @param toDisk the only disk that will do, or 0 for any
 * @param destination replica id of the joining one; 0 before it is added
 * @param destinationDisk where it goes; 0 before it is chosen
 * @param notedInSync how many replicas were in-sync when the attempt began: the swap leaves no fewer (up to the table's number)
 * @param swapEpoch epoch of the swap, 0 before; the source is deleted once the primary has reported it
 * @param story the latest attempts that came to nothing, oldest first
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
        List<Attempt> story) {
    /** Enough for an operator; older attempts are only counted. */
    static final int STORY = 16;

    public Move {
        story = List.copyOf(story);
    }

    /** Of a move that has changed nothing yet. */
    public static Move of(int partition, Member source, int nodeset) {
        return new Move(
                partition, source.replica(), source.disk(), nodeset, 0, 0, 0, 0, MoveStep.NONE, 0, 0, List.of());
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
                newStory);
    }
}
