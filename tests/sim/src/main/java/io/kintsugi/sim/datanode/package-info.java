/**
 * Datanodes of a simulated cluster: the product's own classes from the replica to the link to the master, in one thread on virtual time.
 * Simulated are threads ({@link io.kintsugi.sim.datanode.SimRuntime}), disks with what a crash does to them ({@link
 * io.kintsugi.sim.datanode.SimDisk}), and the transport of messages and of copies.
 */
package io.kintsugi.sim.datanode;
