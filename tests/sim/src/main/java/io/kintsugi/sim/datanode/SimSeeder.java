package io.kintsugi.sim.datanode;

import io.kintsugi.datanode.host.FailpointNames;
import io.kintsugi.datanode.host.Seeder;
import io.kintsugi.datanode.replica.Checkpoint;
import io.kintsugi.datanode.store.ReplicaStore;
import io.kintsugi.datanode.store.StorageException;
import io.kintsugi.sim.datanode.SimDisk.Use;
import io.kintsugi.sim.world.Network;
import io.kintsugi.sim.world.Process;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/**
 * Downloads checkpoints over the simulated network, by the steps of the product's {@code DownloadRun}: an offer is asked for again when it is
 * refused, silence ends the download, every part is checked, and nothing is reported as ready that isn't durable.
 */
final class SimSeeder implements Seeder {
    private static final long WORKING = Duration.ofSeconds(6).toNanos();
    private static final long SILENT = Duration.ofSeconds(3).toNanos();
    private static final long PAUSE = Duration.ofMillis(200).toNanos();
    private static final int ATTEMPTS = 5;

    private final Process process;
    private final long life;
    private final Network network;
    private final SimStorage storage;
    private final SimFiles files;
    private final SimStores stores;
    private final Function<String, SimNode> byAddress;
    private final SimNode self;

    SimSeeder(
            SimNode self,
            Network network,
            SimStorage storage,
            SimFiles files,
            SimStores stores,
            Function<String, SimNode> byAddress) {
        this.self = self;
        this.process = self.process();
        this.life = process.life();
        this.network = network;
        this.storage = storage;
        this.files = files;
        this.stores = stores;
        this.byAddress = byAddress;
    }

    @Override
    public Download start(Job job, Listener listener) {
        process.check(life);
        Run run = new Run(job, listener, byAddress.apply(job.source().address()));
        process.after(100_000, "seed", run::begin);
        return run;
    }

    private final class Run implements Download {
        private final Job job;
        private final Listener listener;
        private final SimNode source;
        private final DataImage arrived = new DataImage();
        private CopySource.Offer offer;
        private boolean cancelled;

        Run(Job job, Listener listener, SimNode source) {
            this.job = job;
            this.listener = listener;
            this.source = source;
        }

        @Override
        public void cancel() {
            cancelled = true;
        }

        /** The border of the download: whatever ends it is told to the listener, unless nobody listens any more. */
        private void step(Runnable work) {
            if (cancelled) {
                clear();
                return;
            }
            try {
                work.run();
            } catch (RuntimeException e) {
                fail(e);
            }
        }

        private void fail(RuntimeException cause) {
            process.world().note(process.name(), () -> "copy of " + job.replica() + " failed: " + cause.getMessage());
            if (!cancelled) {
                cancelled = true;
                listener.failed(cause);
                clear();
            }
        }

        /** What has come and isn't handed over is of no use to anybody. */
        private void clear() {
            try {
                files.deleteTree(job.target());
            } catch (StorageException e) {
                process.world().note(process.name(), () -> job.target() + " is left to the next start");
            }
        }

        private void begin() {
            step(() -> {
                process.failpoint(FailpointNames.SEED_START);
                files.deleteTree(job.target());
                files.createDirectories(job.target());
                askOffer(1);
            });
        }

        private void askOffer(int attempt) {
            network.call(
                            process,
                            source.process(),
                            "copy.offer",
                            WORKING,
                            () -> source.offer(job.source().replica(), job.neededIndex()))
                    .whenComplete((answer, failure) -> step(() -> {
                        if (failure == null) {
                            offered(answer);
                        } else if (attempt == ATTEMPTS || cause(failure) instanceof TimeoutException) {
                            throw new IllegalStateException(
                                    "copying from " + source.name() + ": " + failure.getMessage());
                        } else {
                            process.after(PAUSE * attempt, "seed", () -> step(() -> askOffer(attempt + 1)));
                        }
                    }));
        }

        private void offered(CopySource.Offer answer) {
            offer = answer;
            SimDisk disk = storage.disk(job.target(), Use.WRITE, "creating");
            if (disk.free() < offer.bytes()) {
                throw new StorageException(StorageException.Kind.FULL, "DISK_FULL: no room for the copy");
            }
            disk.name(job.target(), arrived);
            listener.progress(0, offer.bytes());
            askPart(0, 1);
        }

        private void askPart(int number, int attempt) {
            if (number == offer.parts()) {
                finish();
                return;
            }
            network.call(process, source.process(), "copy.part", SILENT, () -> source.part(offer.id(), number))
                    .whenComplete((part, failure) -> step(() -> {
                        if (failure == null) {
                            received(part, number);
                        } else if (attempt == ATTEMPTS || cause(failure) instanceof TimeoutException) {
                            throw new IllegalStateException(
                                    "copying from " + source.name() + ": " + failure.getMessage());
                        } else {
                            process.after(PAUSE * attempt, "seed", () -> step(() -> askPart(number, attempt + 1)));
                        }
                    }));
        }

        private void received(CopySource.Part sent, int number) {
            CopySource.Part part = self.damagesNextPart() ? damaged(sent) : sent;
            if (CopySource.Part.checksum(part.keys(), part.values()) != part.checksum()) {
                throw new IllegalStateException("CHECKSUM_MISMATCH: part " + number + " of the copy arrived damaged");
            }
            SimDisk disk = storage.disk(job.target(), Use.WRITE, "writing a copy to");
            disk.use(Use.SYNC, "syncing a copy in " + job.target());
            if (part.bad().contains(true)) {
                disk.harm();
            }
            for (int i = 0; i < part.keys().size(); i++) {
                arrived.receive(
                        part.keys().get(i), part.values().get(i), part.bad().get(i));
            }
            process.failpoint(FailpointNames.SEED_AFTER_FILE);
            listener.progress(arrived.bytes(), offer.bytes());
            process.after(
                    self.nanosForCopied(arrived.bytes() / (number + 1)) + disk.slowNanos(),
                    "seed",
                    () -> step(() -> askPart(number + 1, 1)));
        }

        private static CopySource.Part damaged(CopySource.Part part) {
            if (part.values().isEmpty()) {
                return part;
            }
            List<byte[]> values = new ArrayList<>(part.values());
            byte[] first = values.get(0).clone();
            if (first.length > 0) {
                first[0] ^= 1;
            }
            values.set(0, first);
            return new CopySource.Part(part.keys(), values, part.bad(), part.checksum());
        }

        private void finish() {
            arrived.finished = true;
            files.syncDirectory(job.target().getParent());
            network.datagram(process, source.process(), "copy.drop", () -> source.dropCopy(offer.id()));
            if (!ReplicaStore.lastOf(stores, job.target()).equals(offer.last())) {
                throw new IllegalStateException("the copy that came holds another last entry than " + offer.last());
            }
            Checkpoint copy = new Checkpoint(offer.last(), offer.config());
            // between the last look at whether it was cancelled and the call, the thread may lose its turn for a while
            process.after(self.nanosForTurn(), "seed", () -> listener.ready(copy));
        }

        private static Throwable cause(Throwable failure) {
            return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        }
    }
}
