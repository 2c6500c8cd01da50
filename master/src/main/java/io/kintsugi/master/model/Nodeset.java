package io.kintsugi.master.model;

/**
 * Datanodes that share decommission limits.
 *
 * @param capacity how many datanodes the master assigns to it by itself
 */
public record Nodeset(int id, String name, String zone, int capacity) {}
