package io.kintsugi.master.model;

/**
 * What an op is about that takes a member out of service, or brings one back.
 *
 * @param partition partition id
 * @param replica the member
 * @param led whether it was primary when it was taken out, or was known as a leader that is away
 * @param held whether it was held out of service before
 */
public record Absence(int partition, long replica, boolean led, boolean held) {}
