package io.kintsugi.master.state;

import io.kintsugi.master.command.Outcome;

/**
 * The answer that a request id got, kept for a bounded time.
 *
 * @param seq in the order of answers
 * @param command wire number of the command that was asked for
 * @param answeredAt applied time, milliseconds since the epoch
 */
record Request(long seq, String id, int command, long answeredAt, Outcome outcome) {}
