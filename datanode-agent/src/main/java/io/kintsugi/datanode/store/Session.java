package io.kintsugi.datanode.store;

import io.kintsugi.datanode.replica.ApplyResult;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * What a replica remembers of one client: its highest sequence, which of the {@value #WINDOW} up to it were decided (writes that are under
 * way together may arrive in any order), which of those were refused since their condition didn't hold, and when the last was decided.
 *
 * <p>Decided alike by all replicas (DESIGN 6, rule 6), so only entries' time stamps count, and whether an expired session is still on the
 * disk makes no difference: a session unused for {@link #EXPIRY_MS} counts as forgotten. Without a session only a client's first
 * {@value #WINDOW} sequences are taken for new writes; with any later one, nobody could tell.
 */
final class Session {
    /** Writes of one client to one partition that may be under way together. */
    static final int WINDOW = 256;

    /** Constant, not a setting: replicas that expire at different times would differ. Clients give up long before. */
    static final long EXPIRY_MS = 60 * 60 * 1000L;

    private static final int WORDS = WINDOW / Long.SIZE;
    private static final int BYTES = (2 + WORDS) * Long.BYTES;
    /** With the refused ones, which most sessions don't have. */
    private static final int BYTES_REFUSED = BYTES + WORDS * Long.BYTES;

    private final long[] done = new long[WORDS];
    private final long[] refused = new long[WORDS];
    private long highest;
    private long lastUsedMs;

    /**
     * What the client's next write is, by the replica's time; remembers it when it is new.
     *
     * @param refuse its condition doesn't hold
     */
    ApplyResult take(long sequence, long nowMs, boolean refuse) {
        if (expired(nowMs)) {
            forget();
        }
        if (sequence <= highest - WINDOW || (highest == 0 && sequence > WINDOW)) {
            return ApplyResult.SESSION_EXPIRED;
        }
        lastUsedMs = nowMs;
        if (sequence <= highest && isDone(sequence)) {
            return (refused[word(sequence)] & bit(sequence)) == 0 ? ApplyResult.DUPLICATE : ApplyResult.REFUSED_BEFORE;
        }
        // The ring's places between the old and the new highest belonged to sequences that now fall out of the window.
        for (long s = Math.max(highest + 1, sequence - WINDOW + 1); s <= sequence; s++) {
            done[word(s)] &= ~bit(s);
            refused[word(s)] &= ~bit(s);
        }
        highest = Math.max(highest, sequence);
        done[word(sequence)] |= bit(sequence);
        if (refuse) {
            refused[word(sequence)] |= bit(sequence);
        }
        return refuse ? ApplyResult.REFUSED : ApplyResult.APPLIED;
    }

    boolean expired(long nowMs) {
        return lastUsedMs < nowMs - EXPIRY_MS;
    }

    private void forget() {
        highest = 0;
        Arrays.fill(done, 0);
        Arrays.fill(refused, 0);
    }

    private boolean isDone(long sequence) {
        return (done[word(sequence)] & bit(sequence)) != 0;
    }

    private static int word(long sequence) {
        return (int) (Math.floorMod(sequence, (long) WINDOW) / Long.SIZE);
    }

    private static long bit(long sequence) {
        return 1L << sequence;
    }

    byte[] toBytes() {
        boolean any = Arrays.stream(refused).anyMatch(word -> word != 0);
        ByteBuffer out = ByteBuffer.allocate(any ? BYTES_REFUSED : BYTES)
                .putLong(highest)
                .putLong(lastUsedMs);
        for (long word : done) {
            out.putLong(word);
        }
        for (int i = 0; any && i < WORDS; i++) {
            out.putLong(refused[i]);
        }
        return out.array();
    }

    static Session of(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        Session session = new Session();
        session.highest = in.getLong();
        session.lastUsedMs = in.getLong();
        for (int i = 0; i < WORDS; i++) {
            session.done[i] = in.getLong();
        }
        for (int i = 0; in.hasRemaining() && i < WORDS; i++) {
            session.refused[i] = in.getLong();
        }
        return session;
    }
}
