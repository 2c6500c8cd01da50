package io.kintsugi.client;

import java.time.Duration;

/**
 * How patient a client is.
 *
 * @param operationTimeout how long one operation is repeated before it fails; {@link #LONGEST} at most
 * @param attemptTimeout how long one request to one process may take before it is given up and repeated elsewhere; less when less is left
 *     of the operation's
 * @param firstBackoff pause before the first repetition; doubled each time up to {@code maxBackoff}
 */
public record ClientOptions(
        Duration operationTimeout, Duration attemptTimeout, Duration firstBackoff, Duration maxBackoff) {
    /** Half of the time for which datanodes remember a session's last write: a repetition that comes later would be another write. */
    public static final Duration LONGEST = Duration.ofMinutes(30);

    public static final ClientOptions DEFAULTS = new ClientOptions(
            Duration.ofSeconds(15), Duration.ofSeconds(3), Duration.ofMillis(5), Duration.ofMillis(100));

    /** @throws IllegalArgumentException names what is out of range */
    public ClientOptions {
        if (operationTimeout.isNegative() || operationTimeout.isZero() || operationTimeout.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "operationTimeout " + operationTimeout + ": must be positive and at most " + LONGEST
                            + ", since datanodes forget a write after an hour and would take a repetition for another");
        }
    }

    public ClientOptions withOperationTimeout(Duration timeout) {
        return new ClientOptions(timeout, attemptTimeout, firstBackoff, maxBackoff);
    }
}
