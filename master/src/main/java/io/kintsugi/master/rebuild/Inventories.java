package io.kintsugi.master.rebuild;

import io.kintsugi.master.plan.rebuild.NodeAnswer;
import java.util.function.Consumer;

/** Datanodes, asked by address: they don't attend these masters yet. Calls wait for the answer, within a limit of their own. Thread-safe. */
public interface Inventories {
    /**
     * All that a datanode has, page by page. What can't be had is told as an answer with an error.
     *
     * @param address {@code host:port} of its gRPC listener
     */
    void collect(String address, Consumer<NodeAnswer> page);

    /**
     * Has a datanode refuse all masters below this generation, durably.
     *
     * @param recovery random, of one attempt: a datanode holds with the first that fences it to a generation
     * @return {@code ERR_...} and why; "" when it is done
     */
    String fence(String address, String clusterId, long generation, String recovery);
}
