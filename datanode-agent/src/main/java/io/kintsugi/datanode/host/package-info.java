/**
 * Runs replicas: one event loop for each disk drives the replica machines, the data stores and the reads of that disk; a second thread
 * syncs its log in groups, a third does what is slow (flushing, checkpoints, deletions). One slow disk holds up nobody else's.
 */
package io.kintsugi.datanode.host;
