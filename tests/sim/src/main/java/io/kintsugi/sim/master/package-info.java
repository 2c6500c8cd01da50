/**
 * The group of masters: the product's core, replica of the state, group commit, control loop and services, on a Raft log that is a correct
 * model ({@link io.kintsugi.sim.master.Raft}) and a store in memory that loses in a crash what was not flushed.
 */
package io.kintsugi.sim.master;
