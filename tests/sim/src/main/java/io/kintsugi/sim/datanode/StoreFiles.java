package io.kintsugi.sim.datanode;

import io.kintsugi.datanode.store.StorageException;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * A store of data as files, which is what a checkpoint is: some records in each, every other file so large that it has to be asked for by
 * itself, and one, {@code CURRENT}, that says how many there are. Rot is in them as it was in the store; each file has a checksum, as the
 * blocks of a real one have.
 */
final class StoreFiles {
    private static final String CURRENT = "CURRENT";
    private static final int RECORDS = 8;
    /** More than what travels with the list of files. */
    private static final int LARGE = 66 << 10;

    private static final int FOOTER = 2 * Integer.BYTES;

    private StoreFiles() {}

    static boolean finished(Inode.Directory files) {
        return files.now.get(CURRENT) instanceof Inode.File;
    }

    /** All durable. */
    static Inode.Directory write(DataImage image) {
        Inode.Directory files = new Inode.Directory();
        ByteBuffer records = ByteBuffer.allocate(RECORDS << 10);
        int written = 0;
        int number = 0;
        for (Map.Entry<byte[], byte[]> record : image.from(new byte[0]).entrySet()) {
            records = put(records, record.getKey(), record.getValue(), image.rottenSince(record.getKey()));
            if (++written % RECORDS == 0) {
                add(files, name(number), sealed(records, number++));
                records.clear();
            }
        }
        if (records.position() > 0) {
            add(files, name(number), sealed(records, number++));
        }
        add(files, CURRENT, ByteBuffer.allocate(Integer.BYTES).putInt(number).flip());
        return files;
    }

    private static String name(int number) {
        return String.format(Locale.ROOT, "%06d.sst", number);
    }

    private static ByteBuffer put(ByteBuffer into, byte[] key, byte[] value, long rottenSince) {
        int needed = FOOTER + key.length + value.length + Long.BYTES;
        ByteBuffer records = into;
        if (into.remaining() < needed) {
            records = ByteBuffer.allocate(2 * into.capacity() + needed).put(into.flip());
        }
        return records.putInt(key.length)
                .put(key)
                .putInt(value.length)
                .put(value)
                .putLong(rottenSince);
    }

    /** Records, zeroes up to its size, how long the records are, and the checksum of all that. */
    private static ByteBuffer sealed(ByteBuffer records, int number) {
        int used = records.position();
        ByteBuffer file = ByteBuffer.allocate((number % 2 == 0 ? LARGE + used : used) + FOOTER);
        file.put(records.flip());
        file.position(file.capacity() - FOOTER).putInt(used);
        return file.putInt(crc(file)).flip();
    }

    private static int crc(ByteBuffer file) {
        CRC32C crc = new CRC32C();
        crc.update(file.duplicate().position(0).limit(file.capacity() - Integer.BYTES));
        return (int) crc.getValue();
    }

    private static void add(Inode.Directory files, String name, ByteBuffer content) {
        Inode.File file = new Inode.File();
        file.write(content);
        file.sync();
        files.now.put(name, file);
        files.durable.put(name, file);
    }

    /**
     * What they hold.
     *
     * @param disk that they are on: what they bring that can't be read harms it
     * @param whole checks all; otherwise damage may go unnoticed, as where a store is opened for one key
     */
    static DataImage read(Inode.Directory files, SimDisk disk, boolean whole) {
        ByteBuffer current = content(files, CURRENT);
        if (current.remaining() < Integer.BYTES) {
            throw damaged(CURRENT + " is short");
        }
        int count = current.getInt();
        DataImage image = new DataImage();
        for (int i = 0; i < count; i++) {
            ByteBuffer file = content(files, name(i));
            int end = file.limit() - FOOTER;
            if (end < 0 || whole && file.getInt(end + Integer.BYTES) != crc(file.slice())) {
                throw damaged(name(i) + ": block checksum mismatch");
            }
            int used = file.getInt(end);
            while (file.position() < Math.min(used, end - Long.BYTES)) {
                byte[] key = bytes(file);
                byte[] value = bytes(file);
                long rottenSince = file.getLong();
                boolean rotten = rottenSince != 0 && rottenSince >= disk.mendedAt();
                image.receive(key, value, rotten ? rottenSince : 0);
                if (rotten) {
                    disk.harm();
                }
            }
        }
        image.received();
        image.fragile = fragile(files);
        return image;
    }

    /** Whether a crash may take back some of it. */
    static boolean fragile(Inode.Directory files) {
        return !files.now.keySet().equals(files.durable.keySet())
                || files.now.values().stream().anyMatch(inode -> inode instanceof Inode.File file && !file.synced());
    }

    private static byte[] bytes(ByteBuffer from) {
        int length = from.getInt();
        if (length < 0 || length > from.remaining() - Long.BYTES) {
            throw damaged("a record of " + length + " bytes");
        }
        byte[] bytes = new byte[length];
        from.get(bytes);
        return bytes;
    }

    private static ByteBuffer content(Inode.Directory files, String name) {
        if (files.now.get(name) instanceof Inode.File file) {
            return file.content();
        }
        throw damaged(name + " is missing");
    }

    private static StorageException damaged(String what) {
        return new StorageException(StorageException.Kind.REPLICA, "opening the data failed: Corruption: " + what);
    }
}
