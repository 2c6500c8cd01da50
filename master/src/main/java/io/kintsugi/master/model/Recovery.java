package io.kintsugi.master.model;

/**
 * What a forced recovery is about (DESIGN section 6, rule 18).
 *
 * @param partition partition id
 * @param fenceEpoch the epoch that fenced it
 * @param survivor replica id that was chosen; 0 before
 * @param wish what its operator asked for beside it
 */
public record Recovery(int partition, RecoveryStep step, long fenceEpoch, long survivor, RecoveryWish wish) {
    public Recovery chosen(long replica) {
        return new Recovery(partition, RecoveryStep.CHOSEN, fenceEpoch, replica, wish);
    }
}
