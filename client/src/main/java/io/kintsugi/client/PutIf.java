package io.kintsugi.client;

import java.util.Optional;

/**
 * How a put with a condition ended.
 *
 * @param done the condition held, and the value is written; otherwise nothing was written, and nothing will be
 * @param known what the key held instead is known; false when it was done, and when it was refused by an attempt whose answer was lost:
 *     what is there by now may well fulfil the condition
 * @param current what the key held instead, if known; empty: nothing
 */
public record PutIf(boolean done, boolean known, Optional<byte[]> current) {
    static final PutIf DONE = new PutIf(true, false, Optional.empty());
}
