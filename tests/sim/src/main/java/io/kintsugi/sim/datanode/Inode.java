package io.kintsugi.sim.datanode;

import java.util.SplittableRandom;
import java.util.TreeMap;

/** Something on a simulated disk that has a name in a directory. */
sealed interface Inode permits Inode.Directory, Inode.Content, LogImage, DataImage {
    /** Its names as the running process sees them, and as a crash would leave them. */
    final class Directory implements Inode {
        final TreeMap<String, Inode> now = new TreeMap<>();
        final TreeMap<String, Inode> durable = new TreeMap<>();

        @Override
        public void crash(boolean machineToo, SplittableRandom random) {
            now.clear();
            now.putAll(durable);
            now.values().forEach(inode -> inode.crash(machineToo, random));
        }
    }

    /** A small file; it is only ever replaced as a whole. */
    record Content(byte[] bytes) implements Inode {
        @Override
        public void crash(boolean machineToo, SplittableRandom random) {}
    }

    /**
     * Loses what wasn't durable, or some of it.
     *
     * @param machineToo false: only the process died; what it had handed to the operating system is kept
     */
    void crash(boolean machineToo, SplittableRandom random);
}
