package io.kintsugi.master.consensus;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.kintsugi.common.process.DataDir;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * The directories of a master's store: {@code store/db} (state), {@code store/raft} (Raft's log and votes) and {@code store/identity}.
 *
 * <p>The identity is written last, after Raft has begun to keep its votes. Without it, <b>or without what it stands for</b>, there
 * is no store: the
 * votes may be lost, so that member must never be started again.
 */
final class StoreHome {
    private static final ObjectMapper JSON = new ObjectMapper();
    private final Path root;

    StoreHome(Path root) {
        this.root = root;
    }

    Path database() {
        return root.resolve("store/db");
    }

    Path raft() {
        return root.resolve("store/raft");
    }

    /** Where checkpoints for others are made; emptied at start. */
    Path checkpoints() {
        return root.resolve("checkpoints");
    }

    /** Empty when there is no complete store. @throws ConsensusException STATE_DIVERGED for one that must not be used */
    Optional<Identity> identity() {
        if (!Files.exists(identityFile())) {
            return Optional.empty();
        }
        if (Files.exists(divergedFile())) {
            throw new ConsensusException(
                    "STATE_DIVERGED",
                    "the state in " + root.resolve("store") + " differs from the other masters' at the same "
                            + "index, so this master doesn't serve; "
                            + "keep a copy of it for the developers, remove that directory, and start: the master is seeded anew");
        }
        try {
            Identity identity = JSON.readValue(identityFile().toFile(), Identity.class);
            boolean complete = Files.exists(database().resolve("CURRENT"))
                    && Files.exists(
                            raft().resolve(identity.groupId().toString()).resolve("current/raft-meta"));
            return complete ? Optional.of(identity) : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("can't read " + identityFile(), e);
        }
    }

    /**
     * Makes the store of this identity complete and durable.
     *
     * @param underRecovery the master waits for a recovery of the metadata, of which this store is what came: {@link #fromRecovery}
     */
    void complete(Identity identity, boolean underRecovery) {
        try {
            if (underRecovery) {
                Files.writeString(recoveryFile(), "");
                sync(recoveryFile());
            }
            Path temporary = root.resolve("store/identity.tmp");
            try (FileChannel channel = FileChannel.open(
                    temporary,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.WRITE)) {
                channel.write(java.nio.ByteBuffer.wrap(JSON.writeValueAsBytes(identity)));
                channel.force(true);
            }
            Files.move(temporary, identityFile(), StandardCopyOption.ATOMIC_MOVE);
            sync(root.resolve("store"));
            sync(root);
        } catch (IOException e) {
            throw new UncheckedIOException("can't write " + identityFile(), e);
        }
    }

    /**
     * Whether the store came while the master waited for a recovery, and hasn't been told since that it is over: then it may start again though it
     * is still told to wait for one.
     */
    boolean fromRecovery() {
        return Files.exists(recoveryFile());
    }

    /** The master isn't told to wait for a recovery any more: from now on one that is, by mistake, finds a store of before. */
    void recoveryIsOver() {
        try {
            if (Files.deleteIfExists(recoveryFile())) {
                sync(root.resolve("store"));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("can't remove " + recoveryFile(), e);
        }
    }

    /** An empty directory for a new store. Remains of another are kept aside as {@code store.old}, in place of older ones. */
    void begin() {
        try {
            Path store = root.resolve("store");
            if (Files.exists(store)) {
                DataDir.deleteTree(root.resolve("store.old"));
                Files.move(store, root.resolve("store.old"), StandardCopyOption.ATOMIC_MOVE);
            }
            Files.createDirectories(raft());
            sync(root);
        } catch (IOException e) {
            throw new UncheckedIOException("can't make a new store in " + root, e);
        }
    }

    void markDiverged(String why) {
        try {
            Files.writeString(divergedFile(), why + "\n");
            sync(root.resolve("store"));
        } catch (IOException e) {
            throw new UncheckedIOException("can't write " + divergedFile(), e);
        }
    }

    static void sync(Path fileOrDirectory) throws IOException {
        try (FileChannel channel = FileChannel.open(fileOrDirectory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private Path identityFile() {
        return root.resolve("store/identity");
    }

    private Path recoveryFile() {
        return root.resolve("store/from-recovery");
    }

    private Path divergedFile() {
        return root.resolve("store/diverged");
    }
}
