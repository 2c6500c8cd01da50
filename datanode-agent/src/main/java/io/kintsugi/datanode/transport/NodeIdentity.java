package io.kintsugi.datanode.transport;

/** What a datanode says of itself. @param nodeset "" lets the master assign one */
public record NodeIdentity(String name, String address, String httpAddress, String zone, String nodeset) {}
