package io.kintsugi.master.state;

import io.kintsugi.master.command.Command.VerifyDigest;
import io.kintsugi.master.command.Outcome;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Digests that this master had at earlier entries, to compare the leader's with. Not part of the state: masters that restarted have others,
 * and what a comparison finds must not make states differ.
 */
final class DigestLog {
    /** A digest is recorded after the first entry that reaches the next multiple of this. */
    static final long INTERVAL = 1_000;

    private static final int KEPT = 64;

    private final TreeMap<Long, Long> digests = new TreeMap<>();
    private long interval = -1;
    private String diverged;

    void record(long index, long digest) {
        long reached = index / INTERVAL;
        if (interval >= 0 && reached > interval) {
            digests.put(index, digest);
            if (digests.size() > KEPT) {
                digests.pollFirstEntry();
            }
        }
        interval = reached;
    }

    Optional<Core.DigestAt> newest() {
        return digests.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new Core.DigestAt(digests.lastKey(), digests.lastEntry().getValue()));
    }

    Optional<String> diverged() {
        return Optional.ofNullable(diverged);
    }

    /** Accepted with value 1: equal; 0: not known here. */
    Outcome verify(VerifyDigest c) {
        Long own = digests.get(c.index());
        if (own == null) {
            return Outcome.accepted(0);
        }
        if (own == c.digest()) {
            return Outcome.accepted(1);
        }
        diverged = String.format(
                Locale.ROOT,
                "the state after entry %d has digest %016x here and %016x at the leader: this master must stop and be seeded anew",
                c.index(),
                own,
                c.digest());
        return Outcome.refused("DIGEST_MISMATCH", diverged);
    }
}
