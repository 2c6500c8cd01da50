/**
 * Replication of one partition, as a pure state machine for each replica (DESIGN sections 6 and 7).
 *
 * <p>{@link io.kintsugi.datanode.replica.Replica} is driven by events (a message, a client's request, "that batch is synced now", a
 * timer) and answers with calls to {@link io.kintsugi.datanode.replica.Effects}. It has no threads, no clock and does no I/O, so the
 * same code runs under the simulator of {@code tests/sim} and in the datanode. It depends on {@code java.*} only; the transport
 * converts its records from and to {@code data.proto} and {@code cluster.proto}, whose shape they mirror.
 */
package io.kintsugi.datanode.replica;
