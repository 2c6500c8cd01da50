package io.kintsugi.sim.history;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The operations of all clients, by key. Thread-safe. */
public final class History {
    private final Map<String, List<Invocation>> keys = new TreeMap<>();
    private long operations;
    private long unknown;

    public synchronized void add(String key, Invocation operation) {
        keys.computeIfAbsent(key, k -> new ArrayList<>()).add(operation);
        operations++;
        unknown += operation.unknown() ? 1 : 0;
    }

    public synchronized List<String> keys() {
        return List.copyOf(keys.keySet());
    }

    public synchronized long operations() {
        return operations;
    }

    /** How many writes ended without anybody knowing how. */
    public synchronized long unknown() {
        return unknown;
    }

    /** One line for each key whose history isn't linearizable. Keys are independent, so each is judged by itself (linearizability is local). */
    public List<String> check() {
        List<String> wrong = new ArrayList<>();
        for (String key : keys()) {
            List<Invocation> history;
            synchronized (this) {
                history = List.copyOf(keys.get(key));
            }
            String why = Register.check(history);
            if (!why.isEmpty()) {
                wrong.add(key + ": " + why);
            }
        }
        return wrong;
    }
}
