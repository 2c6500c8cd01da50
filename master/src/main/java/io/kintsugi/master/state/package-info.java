/**
 * The deterministic core: the state and how commands change it. No clock, no randomness, no threads, no I/O.
 */
package io.kintsugi.master.state;
