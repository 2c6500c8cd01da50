package io.kintsugi.datanode.boot;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.kintsugi.common.config.ConfigFile;
import io.kintsugi.common.failpoint.Failpoints;
import io.kintsugi.common.net.GrpcNet;
import io.kintsugi.common.net.HostPort;
import io.kintsugi.proto.DataServiceGrpc;
import io.kintsugi.proto.KvOp;
import io.kintsugi.proto.KvRequest;
import io.kintsugi.proto.KvResponse;
import io.kintsugi.proto.KvStatus;
import io.kintsugi.proto.Member;
import io.kintsugi.proto.PartitionConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/** Datanodes in this JVM, the fake master that they attend, and a client that asks until it gets an answer. */
final class TestNodes implements AutoCloseable {
    private static final long CLIENT = 42;

    final FakeMaster master = new FakeMaster();
    final Failpoints failpoints = new Failpoints(true, () -> {});
    private final Path dir;
    private final Map<String, DatanodeServer> servers = new TreeMap<>();
    private final Map<String, ManagedChannel> channels = new ConcurrentHashMap<>();
    private final Map<String, String> grpcPorts = new HashMap<>();
    private final Map<String, String> httpPorts = new HashMap<>();
    private long sequence;

    TestNodes(Path dir) throws IOException {
        this.dir = dir;
    }

    static ConditionFactory eventually() {
        return Awaitility.await().atMost(Duration.ofSeconds(20)).pollInterval(Duration.ofMillis(10));
    }

    DatanodeServer start(String name) throws IOException {
        return start(name, master.address());
    }

    /** Starts a node, on its old ports when it was there before, and waits until it attends. */
    DatanodeServer start(String name, String masters) throws IOException {
        DatanodeConfig config = DatanodeConfig.read(ConfigFile.of(Map.ofEntries(
                Map.entry("name", name),
                Map.entry("data.dir", dir.resolve(name).toString()),
                Map.entry("disks", disk(name).toString()),
                Map.entry("grpc.port", grpcPorts.getOrDefault(name, "0")),
                Map.entry("http.port", httpPorts.getOrDefault(name, "0")),
                Map.entry("masters", masters),
                Map.entry("heartbeat.interval", "20ms"),
                Map.entry("replica.ack.timeout", "400ms"),
                Map.entry("replica.lease", "200ms"),
                Map.entry("replica.log.retain", "64KiB"),
                Map.entry("flush.bytes", "256KiB"),
                Map.entry("flush.interval", "50ms"),
                Map.entry("disk.reserve", "0"),
                Map.entry("disk.check.interval", "50ms"))));
        DatanodeServer server = DatanodeServer.start(config, failpoints);
        servers.put(name, server);
        grpcPorts.put(name, port(server.address()));
        httpPorts.put(name, port(server.httpAddress()));
        eventually().until(() -> master.attends(name));
        return server;
    }

    private static String port(String address) {
        return Integer.toString(HostPort.parse(address).port());
    }

    Path disk(String name) {
        return dir.resolve(name + "-disk");
    }

    void kill(String name) throws IOException {
        servers.remove(name).kill();
        eventually().until(() -> !master.attends(name));
    }

    void stop(String name) throws IOException {
        servers.remove(name).close();
        eventually().until(() -> !master.attends(name));
    }

    // ------------------------------------------------------------------ client
    KvRequest.Builder write(int partition, String key, byte[] value) {
        return KvRequest.newBuilder()
                .setPartition(partition)
                .setOp(KvOp.KV_PUT)
                .setKey(ByteString.copyFromUtf8(key))
                .setValue(ByteString.copyFrom(value))
                .setClient(CLIENT)
                .setSequence(++sequence);
    }

    void put(int partition, String key, String value) {
        untilOk(write(partition, key, value.getBytes(java.nio.charset.StandardCharsets.UTF_8))
                .build());
    }

    /** Null when there is no such key. */
    String get(int partition, String key) {
        KvResponse answer = untilOk(KvRequest.newBuilder()
                .setPartition(partition)
                .setKey(ByteString.copyFromUtf8(key))
                .build());
        return answer.getStatus() == KvStatus.KV_OK ? answer.getValue().toStringUtf8() : null;
    }

    /** Asks the primary of the newest configuration, again and again with the same sequence. */
    KvResponse untilOk(KvRequest request) {
        AtomicReference<KvResponse> last = new AtomicReference<>();
        eventually().untilAsserted(() -> {
            PartitionConfig config = master.config(request.getPartition());
            last.set(ask(member(config, config.getPrimary()).getAddress(), request));
            if (last.get().getStatus() != KvStatus.KV_OK && last.get().getStatus() != KvStatus.KV_NOT_FOUND) {
                throw new AssertionError(
                        "answered " + last.get().getStatus() + " " + last.get().getMessage());
            }
        });
        return last.get();
    }

    KvResponse ask(String address, KvRequest request) {
        ManagedChannel channel = channels.computeIfAbsent(
                address, to -> GrpcNet.channel(HostPort.parse(to)).build());
        try {
            return DataServiceGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(3, TimeUnit.SECONDS)
                    .execute(request);
        } catch (StatusRuntimeException e) {
            channel.resetConnectBackoff();
            return KvResponse.newBuilder()
                    .setStatus(KvStatus.KV_UNKNOWN)
                    .setMessage(e.getMessage())
                    .build();
        }
    }

    static Member member(PartitionConfig config, long replica) {
        if (config.getJoining().getReplica() == replica) {
            return config.getJoining();
        }
        return config.getMembersList().stream()
                .filter(m -> m.getReplica() == replica)
                .findFirst()
                .orElseThrow();
    }

    @Override
    public void close() throws IOException {
        channels.values().forEach(ManagedChannel::shutdownNow);
        for (DatanodeServer server : servers.values()) {
            server.kill();
        }
        master.close();
    }
}
