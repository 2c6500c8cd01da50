/** Evening primaries and replicas out over datanodes and disks: what is uneven, the next steps, and why nothing is begun (decision 0013). */
package io.kintsugi.master.plan.balance;
