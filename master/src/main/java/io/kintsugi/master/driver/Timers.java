package io.kintsugi.master.driver;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.PriorityQueue;

/** Deadlines by subject: the earliest one of each counts. Monotonic nanoseconds. */
final class Timers {
    private record Timer(long nanos, Subject subject) {}

    private final PriorityQueue<Timer> queue = new PriorityQueue<>(Comparator.comparingLong(Timer::nanos));
    private final Map<Subject, Long> earliest = new HashMap<>();

    void add(long nanos, Subject subject) {
        Long present = earliest.get(subject);
        if (present == null || nanos - present < 0) {
            earliest.put(subject, nanos);
            queue.add(new Timer(nanos, subject));
        }
    }

    /** Takes out what is due. */
    List<Subject> due(long now) {
        List<Subject> due = new ArrayList<>();
        while (!queue.isEmpty() && queue.peek().nanos - now <= 0) {
            Timer timer = queue.poll();
            if (earliest.remove(timer.subject, timer.nanos)) {
                due.add(timer.subject);
            }
        }
        return due;
    }

    OptionalLong next() {
        return queue.isEmpty() ? OptionalLong.empty() : OptionalLong.of(queue.peek().nanos);
    }
}
