/**
 * The master group: Raft (Apache Ratis, used nowhere else), group commit, the replicated state machine, identities and membership.
 */
package io.kintsugi.master.consensus;
