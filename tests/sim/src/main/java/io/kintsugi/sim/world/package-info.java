/**
 * What every simulation of this module stands on: virtual time, processes that crash and pause, their clocks, and the network between them.
 * One thread, one seed: the same seed gives the same events in the same order, on any machine.
 */
package io.kintsugi.sim.world;
