package io.kintsugi.master.model;

/**
 * What a move is about.
 *
 * @param partition partition id
 * @param source replica id that is to go
 * @param sourceDisk where it is
 * @param nodeset the source's: whose token the move holds
 * @param destination replica id of the joining one; 0 before it is added
 * @param destinationDisk where it goes; 0 before it is chosen
 * @param notedInSync how many replicas were in-sync when the move began: the swap leaves no fewer (up to the table's number)
 * @param swapEpoch epoch of the swap, 0 before; the source is deleted once the primary has reported it
 */
public record Move(
        int partition,
        long source,
        int sourceDisk,
        int nodeset,
        long destination,
        int destinationDisk,
        MoveStep step,
        int notedInSync,
        long swapEpoch) {
    /** Of a move that has changed nothing yet. */
    public static Move of(int partition, Member source, int nodeset) {
        return new Move(partition, source.replica(), source.disk(), nodeset, 0, 0, MoveStep.NONE, 0, 0);
    }

    public Move added(Member joining, int inSync) {
        return new Move(
                partition,
                source,
                sourceDisk,
                nodeset,
                joining.replica(),
                joining.disk(),
                MoveStep.ADDED,
                inSync,
                swapEpoch);
    }

    public Move swapped(long epoch) {
        return new Move(
                partition,
                source,
                sourceDisk,
                nodeset,
                destination,
                destinationDisk,
                MoveStep.SWAPPED,
                notedInSync,
                epoch);
    }
}
