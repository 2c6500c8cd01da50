package io.kintsugi.chaos.fault;

import java.util.Optional;

/**
 * Whether this JVM has network and mounts of its own. It can't make them for itself: whoever starts it does ({@code src/main/sh/isolated},
 * which the suites and {@code bin/kintsugi-chaos} run in), and says so in the environment.
 */
public final class Namespaces {
    private static final String MARK = "KINTSUGI_ISOLATED";

    private Namespaces() {}

    /** Why this JVM shares network and mounts with the machine; empty when it has its own. */
    public static Optional<String> unavailable() {
        String mark = System.getenv(MARK);
        return "yes".equals(mark)
                ? Optional.empty()
                : Optional.of("needs network and mount namespaces of its own: "
                        + (mark == null ? "not started through tests/chaos/src/main/sh/isolated" : mark));
    }
}
