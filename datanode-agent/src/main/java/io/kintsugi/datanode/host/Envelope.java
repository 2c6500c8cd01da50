package io.kintsugi.datanode.host;

import io.kintsugi.datanode.replica.Message;

/** A message between two replicas of a partition, with their ids. */
public record Envelope(int partition, long from, long to, Message message) {}
