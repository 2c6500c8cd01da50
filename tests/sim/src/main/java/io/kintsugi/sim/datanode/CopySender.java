package io.kintsugi.sim.datanode;

import io.kintsugi.datanode.copy.CopyService;
import io.kintsugi.datanode.copy.Offer;
import io.kintsugi.datanode.replica.Config;
import io.kintsugi.datanode.store.StorageException;
import io.kintsugi.sim.world.Process;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * What the real {@code CopyRoutes} and the server below them do: files that are open stay readable whatever becomes of their names, and a
 * connection on which nothing happens is closed.
 */
final class CopySender {
    private static final long IDLE = Duration.ofSeconds(75).toNanos();

    /** @param usedAt by the process's clock */
    private record Open(CopyService.Sending sending, ByteBuffer content, long usedAt) {}

    private final Process process;
    private final SimStorage storage;
    private final SimFiles files;
    private final CopyService copies;
    private final CopyLaws laws;
    private final Map<Long, Open> open = new HashMap<>();
    private long lastNumber;

    CopySender(Process process, SimStorage storage, CopyService copies, CopyLaws laws) {
        this.process = process;
        this.storage = storage;
        this.files = new SimFiles(storage);
        this.copies = copies;
        this.laws = laws;
    }

    /** A failure of the disk is an answer, too. */
    private static <R> CompletableFuture<R> answer(Supplier<CompletableFuture<R>> what) {
        try {
            return what.get();
        } catch (StorageException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static <R> CompletableFuture<R> unknown(String copy) {
        return CompletableFuture.failedFuture(new IllegalStateException("NO_SUCH_COPY: copy " + copy + " has ended"));
    }

    CompletableFuture<Offer> offer(long replica, long neededIndex) {
        return copies.offer(replica, neededIndex).thenApply(offer -> {
            laws.uses(offer.id(), process.clock().nanos());
            return offer;
        });
    }

    CompletableFuture<Offer> salvage(long replica, Config fence) {
        return answer(() -> copies.salvage(replica, fence)).thenApply(offer -> {
            process.world().count("copy.salvage-offered", process.name());
            laws.uses(offer.id(), process.clock().nanos());
            return offer;
        });
    }

    CompletableFuture<Long> open(String copy, String name) {
        return answer(() -> copies.send(copy, name)
                .map(sending -> {
                    long number = ++lastNumber;
                    open.put(
                            number,
                            new Open(
                                    sending,
                                    files.content(sending.file()),
                                    process.clock().nanos()));
                    laws.uses(copy, process.clock().nanos());
                    closeIfIdle(number, IDLE);
                    return CompletableFuture.completedFuture(number);
                })
                .orElseGet(() -> gone(copy)));
    }

    private <R> CompletableFuture<R> gone(String copy) {
        laws.gone(copy, process.clock().nanos());
        return unknown(copy);
    }

    private void closeIfIdle(long number, long in) {
        process.after(in, "copy.idle", () -> {
            Open one = open.get(number);
            if (one == null) {
                return;
            }
            long left = one.usedAt + IDLE - process.clock().nanos();
            if (left <= 0) {
                close(number);
            } else {
                closeIfIdle(number, left);
            }
        });
    }

    /** No bytes: that was all. */
    CompletableFuture<byte[]> piece(long number, long from, int most) {
        return answer(() -> {
            Open one = open.get(number);
            if (one == null) {
                return CompletableFuture.failedFuture(new IllegalStateException("connection reset"));
            }
            Path file = one.sending.file();
            storage.disk(file, SimDisk.Use.READ, "sending");
            open.put(number, new Open(one.sending, one.content, process.clock().nanos()));
            byte[] piece = new byte[(int) Math.max(0, Math.min(most, one.content.limit() - from))];
            one.content.get((int) Math.min(from, one.content.limit()), piece);
            return CompletableFuture.completedFuture(piece);
        });
    }

    CompletableFuture<Map<String, Integer>> checksums(String copy) {
        return copies.checksums(copy)
                .map(all -> {
                    laws.uses(copy, process.clock().nanos());
                    return all;
                })
                .orElseGet(() -> gone(copy));
    }

    void close(long number) {
        Open one = open.remove(number);
        if (one != null) {
            one.sending.close();
            laws.uses(one.sending.file(), process.clock().nanos());
        }
    }

    void unreadable(long replica) {
        process.world().count("copy.unreadable", process.name());
        copies.unreadable(replica);
    }

    void drop(String copy) {
        laws.dropped(copy);
        copies.drop(copy);
    }
}
