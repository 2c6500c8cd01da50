package io.kintsugi.master.boot;

import io.kintsugi.common.config.ConfigReader;
import io.kintsugi.common.net.HostPort;
import io.kintsugi.master.consensus.ConsensusConfig;
import io.kintsugi.master.consensus.MasterAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The master's configuration: conf/master.yaml names every key. */
public record MasterConfig(ConsensusConfig consensus) {
    /** @throws io.kintsugi.common.config.ConfigException names the key, the value and the rule */
    public static MasterConfig read(ConfigReader reader) {
        String name = reader.text("name");
        Path directory = Path.of(reader.text("data.dir")).toAbsolutePath();
        String host = reader.text("bind.host", "127.0.0.1");
        List<MasterAddress> masters = masters(reader);
        MasterAddress listed = masters.stream()
                .filter(m -> m.name().equals(name))
                .findFirst()
                .orElseThrow(() -> reader.bad("masters", "must have an entry for this master, '" + name + "='"));
        MasterAddress self = new MasterAddress(
                name,
                host,
                reader.port("http.port", listed.http()),
                reader.port("grpc.port", listed.grpc()),
                reader.port("raft.port", listed.raft()));
        if (self.http() != listed.http() || self.grpc() != listed.grpc() || self.raft() != listed.raft()) {
            throw reader.bad("masters", "this master's entry must name the ports that it listens on: " + self);
        }
        Duration electionMin =
                reader.duration("election.timeout.min", "500ms", Duration.ofMillis(100), Duration.ofSeconds(30));
        Duration electionMax =
                reader.duration("election.timeout.max", "1000ms", Duration.ofMillis(200), Duration.ofSeconds(60));
        if (electionMax.compareTo(electionMin) <= 0) {
            throw reader.bad(
                    "election.timeout.max", "must be above election.timeout.min, " + electionMin.toMillis() + "ms");
        }
        MasterConfig config = new MasterConfig(new ConsensusConfig(
                listed,
                masters,
                host,
                directory,
                electionMin,
                electionMax,
                reader.duration("proposal.timeout", "10s", Duration.ofMillis(100), Duration.ofMinutes(5)),
                (int) reader.number("raft.entries.in.flight", 4, 1, 64),
                reader.number("raft.snapshot.entries", 50_000, 1, Integer.MAX_VALUE),
                reader.duration("raft.snapshot.interval", "10m", Duration.ofSeconds(1), Duration.ofDays(1)),
                reader.number("raft.keep.entries", 10_000, 0, Integer.MAX_VALUE),
                reader.size("raft.segment.size", "32MiB", 64 << 10, 1 << 30),
                reader.flag("recover_from_replica_server", false)));
        reader.done();
        return config;
    }

    public String name() {
        return consensus.self().name();
    }

    public HostPort http() {
        return new HostPort(consensus.bindHost(), consensus.self().http());
    }

    public HostPort grpc() {
        return new HostPort(consensus.bindHost(), consensus.self().grpc());
    }

    private static List<MasterAddress> masters(ConfigReader reader) {
        List<MasterAddress> masters = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (String text : reader.list("masters")) {
            try {
                masters.add(MasterAddress.parse(text));
            } catch (IllegalArgumentException e) {
                throw reader.bad("masters", e.getMessage());
            }
            if (!names.add(masters.getLast().name())) {
                throw reader.bad("masters", "names '" + masters.getLast().name() + "' twice");
            }
        }
        return List.copyOf(masters);
    }
}
