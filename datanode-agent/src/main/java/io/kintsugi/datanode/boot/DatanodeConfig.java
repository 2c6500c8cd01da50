package io.kintsugi.datanode.boot;

import io.kintsugi.common.config.ConfigReader;
import io.kintsugi.common.net.HostPort;
import io.kintsugi.datanode.host.HostSettings;
import io.kintsugi.datanode.replica.ReplicaOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;

/** The datanode's configuration: conf/datanode.yaml names every key. @param nodeset "" lets the master assign one */
public record DatanodeConfig(
        String name,
        Path dataDir,
        List<Path> disks,
        HostPort grpc,
        HostPort http,
        List<HostPort> masters,
        String zone,
        String nodeset,
        Duration heartbeat,
        HostSettings host,
        ReplicaOptions replica,
        long cacheBytes,
        long writeBufferBytes,
        int copiesAtOnce,
        boolean drills) {

    private static final long MIB = 1 << 20;
    private static final long TIB = 1L << 40;

    /** @throws io.kintsugi.common.config.ConfigException names the key, the value and the rule */
    public static DatanodeConfig read(ConfigReader reader) {
        String host = reader.text("bind.host", "127.0.0.1");
        String nodeset = reader.optional("nodeset");
        DatanodeConfig config = new DatanodeConfig(
                reader.text("name"),
                Path.of(reader.text("data.dir")).toAbsolutePath(),
                disks(reader),
                new HostPort(host, reader.port("grpc.port", 17310)),
                new HostPort(host, reader.port("http.port", 17320)),
                masters(reader),
                reader.text("zone", "default"),
                nodeset == null ? "" : nodeset,
                reader.duration("heartbeat.interval", "200ms", Duration.ofMillis(10), Duration.ofSeconds(10)),
                host(reader),
                replica(reader),
                reader.size("rocksdb.cache", "32MiB", MIB, TIB),
                reader.size("rocksdb.write.buffers", "64MiB", MIB, TIB),
                (int) reader.number("copies.at.once", 8, 1, 256),
                reader.flag("drills", false));
        reader.done();
        return config;
    }

    private static HostSettings host(ConfigReader reader) {
        HostSettings standard = HostSettings.defaults();
        return new HostSettings(
                reader.size("flush.bytes", "4MiB", 4096, TIB),
                reader.duration("flush.interval", "60s", Duration.ofMillis(10), Duration.ofHours(1)),
                standard.freeBytes(),
                reader.size("disk.reserve", "64MiB", 0, TIB),
                reader.duration("disk.check.interval", "5s", Duration.ofMillis(50), Duration.ofMinutes(10)),
                (int) reader.number("disk.errors", standard.diskErrors(), 1, 1_000),
                (int) reader.number("open.threads", standard.openThreads(), 1, 256));
    }

    private static ReplicaOptions replica(ConfigReader reader) {
        ReplicaOptions standard = ReplicaOptions.defaults();
        Duration ack = reader.duration("replica.ack.timeout", "2s", Duration.ofMillis(50), Duration.ofMinutes(5));
        Duration lease = reader.duration("replica.lease", "600ms", Duration.ZERO, Duration.ofMinutes(1));
        long retain = reader.size("replica.log.retain", "64MiB", 0, TIB);
        return new ReplicaOptions(
                ack.toNanos(),
                Math.min(standard.retryInterval(), ack.toNanos() / 2),
                standard.retryMax(),
                lease.toNanos(),
                standard.drift(),
                standard.noticeDelay(),
                standard.windowMessages(),
                standard.maxMessageBytes(),
                standard.maxOpenWrites(),
                retain,
                standard.seedThreshold());
    }

    private static List<Path> disks(ConfigReader reader) {
        List<Path> disks = reader.list("disks").stream()
                .map(path -> Path.of(path).toAbsolutePath().normalize())
                .toList();
        if (new HashSet<>(disks).size() < disks.size()) {
            throw reader.bad("disks", "each disk may be named once");
        }
        return disks;
    }

    private static List<HostPort> masters(ConfigReader reader) {
        try {
            return reader.list("masters").stream().map(HostPort::parse).toList();
        } catch (IllegalArgumentException e) {
            throw reader.bad("masters", e.getMessage());
        }
    }
}
