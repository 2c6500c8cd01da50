package io.kintsugi.chaos;

import io.kintsugi.chaos.fault.FaultShim;
import io.kintsugi.chaos.fault.FaultShim.Op;
import io.kintsugi.chaos.fault.Netns;
import java.nio.file.Path;
import java.util.Optional;

/** What can happen to the datanode that a copy goes to. */
enum DestinationFault {
    KILLED {
        @Override
        void begin(ProcessCluster cluster, FaultShim shim, String node) {
            cluster.kill(node);
        }

        @Override
        void end(ProcessCluster cluster, FaultShim shim, String node) {
            cluster.startAgain(node);
        }
    },

    FROZEN {
        @Override
        void begin(ProcessCluster cluster, FaultShim shim, String node) {
            cluster.pause(node);
        }

        @Override
        void end(ProcessCluster cluster, FaultShim shim, String node) {
            cluster.resume(node);
        }
    },

    BROKEN {
        @Override
        void begin(ProcessCluster cluster, FaultShim shim, String node) {
            shim.fail(disk(cluster, node), Op.ALL, "EIO");
        }

        @Override
        void end(ProcessCluster cluster, FaultShim shim, String node) {
            shim.heal(disk(cluster, node));
        }
    },

    FULL {
        @Override
        void begin(ProcessCluster cluster, FaultShim shim, String node) {
            shim.fail(disk(cluster, node), Op.WRITE, "ENOSPC");
        }

        @Override
        void end(ProcessCluster cluster, FaultShim shim, String node) {
            shim.heal(disk(cluster, node));
        }
    },

    CUT_OFF {
        @Override
        Optional<String> unavailable() {
            return Netns.unavailable();
        }

        @Override
        void begin(ProcessCluster cluster, FaultShim shim, String node) {
            Netns.open();
            Netns.isolate(cluster.host(node));
        }

        @Override
        void end(ProcessCluster cluster, FaultShim shim, String node) {
            Netns.heal();
        }
    };

    /** Whether the datanode still hears. */
    boolean hears() {
        return this == BROKEN || this == FULL;
    }

    /** Why it can't be done on this machine. */
    Optional<String> unavailable() {
        return Optional.empty();
    }

    abstract void begin(ProcessCluster cluster, FaultShim shim, String node);

    abstract void end(ProcessCluster cluster, FaultShim shim, String node);

    private static Path disk(ProcessCluster cluster, String node) {
        return cluster.dir(node).resolve("disk1");
    }
}
