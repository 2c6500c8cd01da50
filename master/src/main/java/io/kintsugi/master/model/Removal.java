package io.kintsugi.master.model;

import java.util.List;
import java.util.Locale;

/**
 * Taking a member out of a partition: by the rules by which apply refuses, and by which a dry run answers. The master never has fewer in-sync
 * than it should by its own doing (law 2 of DESIGN section 9): an operator says so by the target.
 *
 * @param target how many members the partition is to have then
 * @param inSync who is in-sync then
 * @param reason why it can't be, or ""
 */
public record Removal(int target, List<Long> inSync, String reason, String message) {
    /**
     * @param lower below the target too, which is lowered by one then
     * @param minInSync the table's
     */
    public static Removal of(Partition p, long replica, boolean lower, int minInSync) {
        boolean enough = p.members().size() > p.target();
        int target = enough || !lower ? p.target() : p.target() - 1;
        List<Long> inSync = Redundancy.without(p, replica);
        if (p.members().stream().noneMatch(m -> m.replica() == replica)) {
            return no(target, inSync, "NOT_A_MEMBER", "replica %d is no member of partition %d", replica, p.id());
        }
        if (!enough && !lower) {
            String rule =
                    "partition %d has %d members of %d: one that is lost is replaced by itself; to keep fewer, lower the target too";
            return no(target, inSync, "BELOW_TARGET", rule, p.id(), p.members().size(), p.target());
        }
        if (inSync.isEmpty()) {
            String rule = "no replica but %d of partition %d is in-sync: without it data would be lost";
            return no(target, inSync, "LAST_IN_SYNC", rule, replica, p.id());
        }
        if (!enough && target < minInSync) {
            String rule = "partition %d would have a target of %d, its table takes writes with at least %d in-sync";
            return no(target, inSync, "BELOW_MIN_IN_SYNC", rule, p.id(), target, minInSync);
        }
        if (p.isInSync(replica) && inSync.size() < target) {
            String rule =
                    "without replica %d, partition %d would have %d in-sync of %d: wait until others are in-sync, or take out one that"
                            + " isn't";
            return no(target, inSync, "WOULD_LOWER_REDUNDANCY", rule, replica, p.id(), inSync.size(), target);
        }
        return new Removal(target, inSync, "", "");
    }

    private static Removal no(int target, List<Long> inSync, String reason, String rule, Object... values) {
        return new Removal(target, inSync, reason, String.format(Locale.ROOT, rule, values));
    }

    public boolean possible() {
        return reason.isEmpty();
    }
}
