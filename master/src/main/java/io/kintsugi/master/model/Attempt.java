package io.kintsugi.master.model;

/**
 * An attempt of a move that came to nothing: a line of its story.
 *
 * @param disk the destination that was tried, or 0 if none was chosen yet
 * @param endedAt milliseconds since the epoch
 * @param reason stable code
 */
public record Attempt(AttemptEnd end, int disk, long endedAt, String reason, String message) {}
