/** The bugs that the searches are to find. */
package io.kintsugi.sim.bugs;
