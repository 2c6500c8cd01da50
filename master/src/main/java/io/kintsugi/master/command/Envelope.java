package io.kintsugi.master.command;

/**
 * A command as it travels.
 *
 * @param requestId makes a retry safe: an id that was answered before gets the same answer; "" for none
 * @param term the proposer's Raft term for drivers: refused ({@code STALE_TERM}) in another; 0 for requests from outside
 * @param stampMillis the leader's clock; applied time is max(last, stamp)
 * @param requestedBy for people
 */
public record Envelope(String requestId, long term, long stampMillis, String requestedBy, Command command) {}
