package io.kintsugi.master.model;

/**
 * What the operator of a forced recovery has asked for beside it. Whatever it says, an in-sync replica that is there is elected.
 *
 * @param waitUntil so long it waits for better replicas that the fence doesn't reach, in ms since the epoch; 0: not at all
 * @param survivor replica id to go on with, unless a better one is there; 0: the best
 * @param insist on that survivor, though a better one is there
 */
public record RecoveryWish(long waitUntil, long survivor, boolean insist) {
    public static final RecoveryWish NONE = new RecoveryWish(0, 0, false);
}
