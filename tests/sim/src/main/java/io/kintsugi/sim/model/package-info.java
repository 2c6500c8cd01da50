/**
 * A second, naive implementation of what commands do to partitions and ops: no indexes, no shared helpers, mutable maps. Every command that the
 * product applies is applied here too, and both must agree.
 */
package io.kintsugi.sim.model;
