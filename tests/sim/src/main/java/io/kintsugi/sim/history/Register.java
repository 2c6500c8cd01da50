package io.kintsugi.sim.history;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Whether the history of one key is linearizable: whether each operation can be given one moment between its invocation and its return
 * such that, in the order of these moments, each read finds what was written last.
 *
 * <p>The search of Wing and Gong ("Testing and Verifying Concurrent Objects", 1993) with the memory of states already seen that Lowe
 * ("Testing for Linearizability", 2017) added: the next in order may be any operation that was invoked before the first return among
 * those that are left. Written values are unique (deletes excepted), which allows two simplifications that keep the answer: a write of
 * unknown outcome that nobody read never needs to have happened; one that was read happened before the first such read returned.
 *
 * <p>What is written for a time is there until that is over and then gone, in between either way, perhaps several times: machines' clocks differ.
 *
 * <p>A delete of unknown outcome, or a write for a time that nobody read, does no more than explain once that nothing is there. Whichever does it
 * now could do it later as well, so they are counted, not ordered: with a choice for each the search would take exponential time.
 */
public final class Register {
    private record Seen(int done, BitSet beyond, long value, int explained) {}

    /** Of a value that goes: from when it may be gone, and from when it must. */
    private record Life(long from, long by) {}

    /** A choice that can be taken back: the operation, and the value and how much had been explained before it. */
    private record Choice(int operation, long before, int explained) {}

    private final List<Invocation> operations;
    private final BitSet done = new BitSet();
    private final Set<Seen> seen = new HashSet<>();
    private final Map<Long, Life> lives = new HashMap<>();
    /** From when each write that explains an absence may do so, in order. */
    private final long[] explanations;
    /** By operation, the latest end of all that may come before it. */
    private final long[] reach;

    private int explained;
    private int furthest;

    private Register(List<Invocation> history, long clocks) {
        List<Long> absences = new ArrayList<>();
        operations = simplified(history, absences, clocks);
        explanations = absences.stream().mapToLong(Long::longValue).sorted().toArray();
        reach = reach(operations);
        for (Invocation op : history) {
            if (op.ttl() > 0) {
                long by = op.unknown() ? Invocation.NEVER : op.returned() + op.ttl() + clocks;
                lives.put(op.value(), new Life(op.invoked() + op.ttl() - clocks, by));
            }
        }
    }

    /** Of a history without a write for a time, or with clocks that agree. */
    public static String check(List<Invocation> history) {
        return check(history, 0);
    }

    /**
     * @param clocks nanoseconds that the clocks of two machines may differ
     * @return "" when it is linearizable, else where it stops to be explicable
     */
    public static String check(List<Invocation> history, long clocks) {
        Register register = new Register(history, clocks);
        return register.search() ? "" : register.stuckAt();
    }

    private static long[] reach(List<Invocation> operations) {
        long[] reach = new long[operations.size()];
        for (int i = 0; i < reach.length; i++) {
            reach[i] = operations.get(i).returned();
            for (int j = 0;
                    j < reach.length
                            && operations.get(j).invoked() <= operations.get(i).returned();
                    j++) {
                reach[i] = Math.max(reach[i], operations.get(j).returned());
            }
        }
        return reach;
    }

    /** @param absences gets from when each write that is left out may explain that nothing is there */
    private static List<Invocation> simplified(List<Invocation> history, List<Long> absences, long clocks) {
        Map<Long, Long> firstRead = new HashMap<>();
        Map<Long, Long> lastRead = new HashMap<>();
        for (Invocation op : history) {
            if (op.kind() != Invocation.Kind.WRITE) {
                long found = op.kind() == Invocation.Kind.READ ? op.value() : op.expected();
                firstRead.merge(found, op.returned(), Math::min);
                lastRead.merge(found, op.returned(), Math::max);
            }
        }
        List<Invocation> kept = new ArrayList<>();
        for (Invocation op : history) {
            boolean read = lastRead.getOrDefault(op.value(), Long.MIN_VALUE) >= op.invoked();
            if (!op.unknown()) {
                kept.add(op);
            } else if (op.value() == Invocation.ABSENT) {
                absences.add(op.invoked());
            } else if (read) {
                kept.add(op.until(firstRead.get(op.value())));
            } else if (op.ttl() > 0) {
                absences.add(op.invoked() + Math.max(0, op.ttl() - clocks));
            }
        }
        kept.sort(Comparator.comparingLong(Invocation::invoked));
        return kept;
    }

    private boolean search() {
        List<Choice> path = new ArrayList<>();
        long value = Invocation.ABSENT;
        int from = 0;
        while (!finished()) {
            int next = candidate(from, value);
            if (next >= 0) {
                Choice choice = new Choice(next, value, explained);
                long after = apply(next, value);
                done.set(next);
                if (seen.add(state(after))) {
                    path.add(choice);
                    value = after;
                    from = done.nextClearBit(0);
                    furthest = Math.max(furthest, from);
                } else {
                    done.clear(next);
                    explained = choice.explained;
                    from = next + 1;
                }
            } else if (path.isEmpty()) {
                return false;
            } else {
                Choice last = path.remove(path.size() - 1);
                done.clear(last.operation);
                value = last.before;
                explained = last.explained;
                from = last.operation + 1;
            }
        }
        return true;
    }

    /** All that is left may as well never happen. */
    private boolean finished() {
        for (int i = done.nextClearBit(0); i < operations.size(); i = done.nextClearBit(i + 1)) {
            if (!operations.get(i).unknown()) {
                return false;
            }
        }
        return true;
    }

    /** The first operation not before {@code from} that may come next: invoked before any that is left has returned, and true of the value. */
    private int candidate(int from, long value) {
        long firstReturn = Long.MAX_VALUE;
        for (int i = done.nextClearBit(0); i < operations.size(); i = done.nextClearBit(i + 1)) {
            Invocation op = operations.get(i);
            if (op.invoked() > firstReturn) {
                break;
            }
            firstReturn = Math.min(firstReturn, op.returned());
        }
        for (int i = done.nextClearBit(from); i < operations.size(); i = done.nextClearBit(i + 1)) {
            Invocation op = operations.get(i);
            if (op.invoked() > firstReturn) {
                return -1;
            }
            if (fits(op, value) || explains(i)) {
                return i;
            }
        }
        return -1;
    }

    /** Whether it may come next where the last write was of this value. */
    private boolean fits(Invocation op, long value) {
        return switch (op.kind()) {
            case WRITE -> true;
            case READ -> finds(op, op.value(), value);
            case WRITE_IF -> finds(op, op.expected(), value);
        };
    }

    private boolean finds(Invocation op, long found, long value) {
        Life life = lives.get(value);
        if (found == value) {
            return life == null || op.invoked() <= life.by;
        }
        return found == Invocation.ABSENT && life != null && op.returned() >= life.from;
    }

    /** Whether a write of which nobody knows may be why this operation found nothing. */
    private boolean explains(int operation) {
        Invocation op = operations.get(operation);
        boolean nothing = op.kind() == Invocation.Kind.READ && op.value() == Invocation.ABSENT
                || op.kind() == Invocation.Kind.WRITE_IF && op.expected() == Invocation.ABSENT;
        return nothing
                && explained < explanations.length
                && explanations[0] <= op.returned()
                && explanations[explained] <= reach[operation];
    }

    private long apply(int operation, long value) {
        Invocation op = operations.get(operation);
        long before = value;
        if (!fits(op, value)) {
            explained++;
            before = Invocation.ABSENT;
        }
        return op.kind() == Invocation.Kind.READ ? before : op.value();
    }

    /** What is done is nearly always a prefix: only its length and what lies beyond it are kept. */
    private Seen state(long value) {
        int prefix = done.nextClearBit(0);
        return new Seen(prefix, done.get(prefix, Math.max(prefix, done.length())), value, explained);
    }

    private String stuckAt() {
        int until = Math.min(operations.size(), furthest + 8);
        return "no order explains these: " + operations.subList(Math.max(0, furthest - 8), until) + " (the first "
                + furthest + " of " + operations.size() + " can be explained)";
    }
}
