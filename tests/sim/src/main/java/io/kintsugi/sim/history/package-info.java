/** What clients did and saw, and whether it is linearizable. */
package io.kintsugi.sim.history;
