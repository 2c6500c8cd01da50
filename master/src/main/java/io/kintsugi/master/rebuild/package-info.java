/** Carries out a recovery of the metadata: asks datanodes, plans, fences, and begins a new group (decision 0014). */
package io.kintsugi.master.rebuild;
