package io.kintsugi.sim.datanode;

import io.kintsugi.proto.NodeDown;
import io.kintsugi.proto.NodeUp;
import io.kintsugi.sim.world.Process;
import io.kintsugi.sim.world.Stream;

/** A master as datanodes reach it. */
public interface MasterDoor {
    Process process();

    /**
     * A datanode's stream has come.
     *
     * @param down this end of it
     * @return who receives what the datanode says; null refuses the stream
     */
    Stream.Receiver<NodeUp> attend(Stream<NodeDown, NodeUp> down);
}
