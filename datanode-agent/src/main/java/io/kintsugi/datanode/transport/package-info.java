/** Talks to clients, other datanodes and the leading master over gRPC. Converts between the wire's messages and the agent's own records. */
package io.kintsugi.datanode.transport;
