package io.kintsugi.datanode.copy;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends a file of a broken disk: its own threads read it piece by piece, so that a read which hangs holds up no event loop. */
final class WorkerSend {
    private static final Logger LOG = LoggerFactory.getLogger(WorkerSend.class);
    private static final int PIECE_BYTES = 256 << 10;

    private final HttpServerResponse response;
    private final CopyService.Sending sending;
    private final Executor reader;
    /** How far it has been handed over; by one thread after the other. */
    private volatile long at;

    WorkerSend(HttpServerResponse response, CopyService.Sending sending, Executor reader, long from) {
        this.response = response;
        this.sending = sending;
        this.reader = reader;
        at = from;
    }

    void begin() {
        response.putHeader("Content-Length", Long.toString(sending.size() - at));
        next();
    }

    private void next() {
        if (at < sending.size() && !response.closed()) {
            try {
                reader.execute(this::piece);
            } catch (RejectedExecutionException e) {
                failed(e); // the agent is stopping
            }
            return;
        }
        sending.close();
        if (!response.closed()) {
            response.end();
        }
    }

    /** The answer breaks off, and the copy isn't held by it any longer. */
    private void failed(Exception e) {
        LOG.warn("SALVAGE_READ_FAILED: {} at {}: {}", sending.file(), at, e.getMessage());
        sending.close();
        if (!response.closed()) {
            response.reset();
        }
    }

    private void piece() {
        try {
            ByteBuffer bytes = read();
            at += bytes.limit();
            response.write(Buffer.buffer(bytes.array())).onComplete(written -> next());
        } catch (IOException | IllegalStateException e) { // the latter: the response has ended meanwhile
            failed(e);
        }
    }

    private ByteBuffer read() throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(PIECE_BYTES, sending.size() - at));
        try (FileChannel file = FileChannel.open(sending.file(), StandardOpenOption.READ)) {
            while (bytes.hasRemaining()) {
                if (file.read(bytes, at + bytes.position()) < 0) {
                    throw new EOFException(
                            "it ends after " + (at + bytes.position()) + " of " + sending.size() + " bytes");
                }
            }
        }
        return bytes.flip();
    }
}
