package io.kintsugi.sim.datanode;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** Something on a simulated disk that has a name in a directory. */
sealed interface Inode permits Inode.Directory, Inode.Content, Inode.File, LogImage, DataImage {
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

    /** A file that is written from its beginning to its end. */
    final class File implements Inode {
        private byte[] bytes = new byte[0];
        private int size;
        private int durable;

        void write(ByteBuffer more) {
            if (size + more.remaining() > bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.max(size + more.remaining(), 2 * size));
            }
            int n = more.remaining();
            more.get(bytes, size, n);
            size += n;
        }

        void sync() {
            durable = size;
        }

        boolean synced() {
            return durable == size;
        }

        ByteBuffer content() {
            return ByteBuffer.wrap(bytes, 0, size).asReadOnlyBuffer();
        }

        int size() {
            return size;
        }

        @Override
        public void crash(boolean machineToo, SplittableRandom random) {
            if (machineToo && durable < size) {
                size = durable + random.nextInt(size - durable + 1);
                durable = size;
            }
        }
    }

    /**
     * Loses what wasn't durable, or some of it.
     *
     * @param machineToo false: only the process died; what it had handed to the operating system is kept
     */
    void crash(boolean machineToo, SplittableRandom random);
}
