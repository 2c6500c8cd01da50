package io.kintsugi.sim.world;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** What happened: a hash over every event, and the last ones in words. */
public final class Trace {
    private record Line(long at, String subject, String text) {
        @Override
        public String toString() {
            return String.format(Locale.ROOT, "%14.3f ms  %-8s %s", at / 1e6, subject, text);
        }
    }

    private final int remembered;
    private final ArrayDeque<Line> lines = new ArrayDeque<>();
    private long hash = 0x9e3779b97f4a7c15L;
    private long events;

    Trace(int remembered) {
        this.remembered = remembered;
    }

    void took(long at, String kind, String subject) {
        events++;
        hash = mix(hash ^ at) * 31 + kind.hashCode() * 31L + subject.hashCode();
    }

    void note(long at, String subject, Supplier<String> text) {
        if (remembered > 0) {
            if (lines.size() == remembered) {
                lines.poll();
            }
            lines.add(new Line(at, subject, text.get()));
        }
    }

    /** The same for two runs that took the same events at the same times. */
    public long hash() {
        return mix(hash);
    }

    public long events() {
        return events;
    }

    /** The last notes about such subjects, oldest first. */
    public List<String> last(int most, Predicate<String> subject) {
        List<String> found = new ArrayList<>();
        for (var it = lines.descendingIterator(); it.hasNext() && found.size() < most; ) {
            Line line = it.next();
            if (subject.test(line.subject)) {
                found.add(line.toString());
            }
        }
        Collections.reverse(found);
        return found;
    }

    /** FNV-1a, 64 bit. */
    static long hash(String text) {
        long h = 0xcbf29ce484222325L;
        for (int i = 0; i < text.length(); i++) {
            h = (h ^ text.charAt(i)) * 0x100000001b3L;
        }
        return h;
    }

    /** The finisher of SplitMix64. */
    static long mix(long z) {
        long a = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
        long b = (a ^ a >>> 27) * 0x94d049bb133111ebL;
        return b ^ b >>> 31;
    }
}
