package io.kintsugi.client;

import java.time.Duration;

/**
 * How patient a client is.
 *
 * @param operationTimeout how long one operation is repeated before it fails; must stay well below the time for which datanodes remember
 *     a session's last write (minutes)
 * @param attemptTimeout how long one request to one process may take before it is given up and repeated elsewhere
 * @param firstBackoff pause before the first repetition; doubled each time up to {@code maxBackoff}
 */
public record ClientOptions(
        Duration operationTimeout, Duration attemptTimeout, Duration firstBackoff, Duration maxBackoff) {
    public static final ClientOptions DEFAULTS = new ClientOptions(
            Duration.ofSeconds(15), Duration.ofSeconds(3), Duration.ofMillis(5), Duration.ofMillis(100));

    public ClientOptions withOperationTimeout(Duration timeout) {
        return new ClientOptions(timeout, attemptTimeout, firstBackoff, maxBackoff);
    }
}
