/**
 * The whole cluster in one thread: masters, datanodes and clients of {@link io.kintsugi.sim.master} and {@link io.kintsugi.sim.datanode},
 * operators and faults, all from one seed, with the laws of DESIGN section 9 checked while it runs. See docs/internals/simulation.md.
 */
package io.kintsugi.sim.cluster;
