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
 */
public final class Register {
    private record Seen(int done, BitSet beyond, long value) {}

    /** A choice that can be taken back: the operation, and the value before it. */
    private record Choice(int operation, long before) {}

    private final List<Invocation> operations;
    private final BitSet done = new BitSet();
    private final Set<Seen> seen = new HashSet<>();
    private int furthest;

    private Register(List<Invocation> history) {
        operations = simplified(history);
    }

    /** @return "" when it is linearizable, else where it stops to be explicable */
    public static String check(List<Invocation> history) {
        Register register = new Register(history);
        return register.search() ? "" : register.stuckAt();
    }

    private static List<Invocation> simplified(List<Invocation> history) {
        Map<Long, Long> firstRead = new HashMap<>();
        Map<Long, Long> lastRead = new HashMap<>();
        for (Invocation op : history) {
            if (op.kind() == Invocation.Kind.READ) {
                firstRead.merge(op.value(), op.returned(), Math::min);
                lastRead.merge(op.value(), op.returned(), Math::max);
            }
        }
        List<Invocation> kept = new ArrayList<>();
        for (Invocation op : history) {
            boolean unseen = op.unknown() && lastRead.getOrDefault(op.value(), Long.MIN_VALUE) < op.invoked();
            if (!unseen) {
                boolean unique = op.value() != Invocation.ABSENT;
                kept.add(
                        op.unknown() && unique
                                ? Invocation.write(op.value(), op.invoked(), firstRead.get(op.value()))
                                : op);
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
                long after = apply(next, value);
                done.set(next);
                if (seen.add(state(after))) {
                    path.add(new Choice(next, value));
                    value = after;
                    from = done.nextClearBit(0);
                    furthest = Math.max(furthest, from);
                } else {
                    done.clear(next);
                    from = next + 1;
                }
            } else if (path.isEmpty()) {
                return false;
            } else {
                Choice last = path.remove(path.size() - 1);
                done.clear(last.operation);
                value = last.before;
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
            if (op.kind() == Invocation.Kind.WRITE || op.value() == value) {
                return i;
            }
        }
        return -1;
    }

    private long apply(int operation, long value) {
        Invocation op = operations.get(operation);
        return op.kind() == Invocation.Kind.WRITE ? op.value() : value;
    }

    /** What is done is nearly always a prefix: only its length and what lies beyond it are kept. */
    private Seen state(long value) {
        int prefix = done.nextClearBit(0);
        return new Seen(prefix, done.get(prefix, Math.max(prefix, done.length())), value);
    }

    private String stuckAt() {
        int until = Math.min(operations.size(), furthest + 8);
        return "no order explains these: " + operations.subList(Math.max(0, furthest - 8), until) + " (the first "
                + furthest + " of " + operations.size() + " can be explained)";
    }
}
