/**
 * A seeded simulation of one partition's replication: the real {@link io.kintsugi.datanode.replica.Replica} machines in one thread, on
 * virtual time, over a network that loses, delays, doubles and reorders, with crashes, pauses, lost disks, drifting clocks, a master
 * reduced to its register of configurations, and clients that write and read. The laws are checked after every event. The same seed
 * always gives the same run.
 */
package io.kintsugi.sim.replication;
