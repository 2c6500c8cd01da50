package io.kintsugi.datanode.host;

import io.kintsugi.datanode.replica.Checkpoint;
import io.kintsugi.datanode.replica.Config;
import io.kintsugi.datanode.replica.Member;
import io.kintsugi.datanode.store.DiskLayout;
import io.kintsugi.datanode.store.ReplicaStore;
import io.kintsugi.datanode.store.StorageException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A replica's copy under way: download, then install. The install is decided by the log's header; swapping the directories then happens
 * beside the event loop, and whatever of this replica becomes durable meanwhile is held back until the new data is open.
 */
final class SeedRun {
    private static final Logger LOG = LoggerFactory.getLogger(SeedRun.class);

    private final ReplicaHost replica;
    private final DiskHost disk;
    private final Deque<Runnable> heldBack = new ArrayDeque<>();
    private Seeder.Download download;
    private int run;
    private volatile long begun;
    private boolean installing;
    private volatile long done;
    private volatile long total;
    private volatile String failure = "";

    SeedRun(ReplicaHost replica, DiskHost disk) {
        this.replica = replica;
        this.disk = disk;
    }

    /** @param fence of a source on a broken disk; null: the source works */
    void start(Member source, long neededIndex, Config fence) {
        cancel();
        int mine = disk.nextCopy();
        run = mine;
        begun = disk.now();
        LOG.info(
                "COPY_BEGUN partition={} replica={} epoch={} from={} at={}{}",
                replica.partition(),
                replica.id(),
                replica.status().epoch(),
                source.replica(),
                source.httpAddress(),
                fence == null ? "" : " salvage=true");
        failure = "";
        done = 0;
        Seeder.Job job = new Seeder.Job(
                replica.partition(),
                replica.id(),
                source,
                neededIndex,
                disk.layout().root(),
                target(mine),
                fence);
        download = disk.seeder().start(job, new Seeder.Listener() {
            @Override
            public void progress(long doneBytes, long totalBytes) {
                done = doneBytes;
                total = totalBytes;
                disk.loop().execute(() -> disk.changed(replica, false));
            }

            @Override
            public void ready(Checkpoint checkpoint) {
                disk.failpoint(FailpointNames.SEED_BEFORE_INSTALL);
                disk.loop().execute(() -> {
                    if (!ifCurrent(mine, () -> ReplicaEffects.ready(replica, checkpoint))) {
                        remove(mine); // cancelled in the moment when it was done: nobody else knows of its files
                    }
                });
            }

            @Override
            public void failed(RuntimeException cause) {
                LOG.warn("COPY_FAILED {}: {}", told(), cause.getMessage());
                StorageException storage = cause instanceof StorageException s ? s : null;
                disk.loop()
                        .execute(() -> ifCurrent(mine, () -> {
                            failure = told(cause, fence != null);
                            disk.changed(replica, true);
                            ReplicaEffects.failed(replica, storage);
                        }));
            }
        });
    }

    /** What the masters are to know: the others pass. */
    private static String told(RuntimeException cause, boolean salvage) {
        boolean unreadable = cause instanceof StorageException e && e.kind() == StorageException.Kind.REPLICA;
        return salvage
                ? "SALVAGE_UNREADABLE: " + cause.getMessage()
                : unreadable ? "COPY_UNREADABLE: " + cause.getMessage() : "";
    }

    private boolean ifCurrent(int mine, Runnable action) {
        boolean current = mine == run && download != null;
        if (current) {
            download = null;
            action.run();
        }
        return current;
    }

    /** The checkpoint isn't needed: its files go. */
    void drop() {
        LOG.info("COPY_DROPPED {}: the log has gone beyond it", told());
        cancel();
        remove(run);
    }

    private void remove(int which) {
        Path target = target(which);
        disk.slowly(replica, () -> disk.context().files().deleteTree(target));
    }

    private String told() {
        return "partition=" + replica.partition() + " replica=" + replica.id() + " epoch="
                + replica.status().epoch() + " bytes=" + done + " seconds=" + seconds(disk.now() - begun);
    }

    /** With thousandths. */
    static String seconds(long nanos) {
        return String.format(Locale.ROOT, "%.3f", nanos / 1e9);
    }

    /**
     * Name of the directory that the download of this run goes to: each has its own as long as the agent runs, so that a late one, which removes
     * its own when it ends, disturbs nobody; not one that was begun when the replica was opened anew, either.
     */
    String targetName() {
        return DiskLayout.INCOMING + run;
    }

    private Path target(int which) {
        return disk.layout().replica(replica.partition(), replica.id()).resolve(DiskLayout.INCOMING + which);
    }

    void cancel() {
        if (download != null) {
            download.cancel();
            download = null;
            LOG.info("COPY_CANCELLED {}", told());
        }
    }

    /** The log says that the checkpoint takes the data's place: makes it so. */
    void install(Checkpoint checkpoint, Consumer<Checkpoint> whenDone) {
        installing = true;
        ReplicaStore old = replica.store();
        replica.swapStore(null);
        Path data = disk.layout().data(replica.partition(), replica.id());
        Path incoming = target(run);
        disk.slowly(replica, () -> {
            if (old != null) {
                old.close();
            }
            disk.failpoint(FailpointNames.SEED_BEFORE_REPLACE);
            disk.contents().replaceData(data, incoming);
            disk.failpoint(FailpointNames.SEED_AFTER_INSTALL);
            ReplicaStore fresh = ReplicaStore.open(disk.context().stores(), data);
            replica.swapStore(fresh); // here, so that whoever closes the replica closes this store too
            disk.loop().execute(() -> {
                installing = false;
                LOG.info("COPY_DONE {} up-to={}", told(), checkpoint.last().index());
                whenDone.accept(checkpoint);
                while (!heldBack.isEmpty()) {
                    heldBack.poll().run();
                }
            });
        });
    }

    /** Runs it now, or in its turn once the install is done. */
    void whenNotInstalling(Runnable action) {
        if (installing) {
            heldBack.add(action);
        } else {
            action.run();
        }
    }

    boolean installing() {
        return installing;
    }

    /** Of the last copy, when it can't be read or came from a broken disk; "" while one runs, or when it has come. */
    String failure() {
        return failure;
    }

    long done() {
        return done;
    }

    long total() {
        return total;
    }
}
