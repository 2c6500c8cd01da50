package io.kintsugi.chaos.fault;

import java.util.Optional;
import org.junit.jupiter.api.Assumptions;

/** Skips what this machine can't do, and says so where a reader of the log sees it. */
public final class Tier {
    private Tier() {}

    /** @param unavailable why it can't be done here; empty when it can */
    public static void requires(String test, Optional<String> unavailable) {
        unavailable.ifPresent(why -> {
            System.out.println("SKIPPED: " + test + ": " + why);
            Assumptions.abort(why);
        });
    }
}
