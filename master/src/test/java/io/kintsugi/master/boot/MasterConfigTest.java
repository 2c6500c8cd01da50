package io.kintsugi.master.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kintsugi.common.config.ConfigException;
import io.kintsugi.common.config.ConfigFile;
import io.kintsugi.common.process.DaemonArguments;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MasterConfigTest {
    private static final Map<String, String> NEEDED =
            Map.of("name", "m1", "data.dir", "d", "masters", "m1=127.0.0.1:1:2:3,m2=127.0.0.1:4:5:6");

    @TempDir
    Path dir;

    private static MasterConfig with(String key, String value) {
        Map<String, String> values = new TreeMap<>(NEEDED);
        values.put(key, value);
        return MasterConfig.read(ConfigFile.of(values));
    }

    @Test
    void takesPortsFromTheListOfMasters() {
        MasterConfig config = with("election.timeout.max", "2s");
        assertThat(config.http()).hasToString("127.0.0.1:1");
        assertThat(config.grpc()).hasToString("127.0.0.1:2");
        assertThat(config.consensus().electionMax()).hasSeconds(2);
    }

    @Test
    void refusesWhatCantWork() {
        assertThatThrownBy(() -> with("name", "m9")).hasMessageContaining("must have an entry for this master");
        assertThatThrownBy(() -> with("http.port", "9")).hasMessageContaining("ports that it listens on");
        assertThatThrownBy(() -> with("masters", "m1=h:1:2")).hasMessageContaining("name=host:http:grpc:raft");
        assertThatThrownBy(() -> with("masters", "m1=h:1:2:3,m1=h:4:5:6")).hasMessageContaining("twice");
        assertThatThrownBy(() -> with("election.timeout.max", "400ms"))
                .hasMessageContaining("above election.timeout.min");
        assertThatThrownBy(() -> with("raft.snapshot.entrys", "4"))
                .hasMessageContaining("did you mean 'raft.snapshot.entries'");
    }

    /** What is shipped, with every comment sign before a key taken away, is a valid configuration of defaults. */
    @Test
    void theShippedFileNamesEveryKeyWithItsDefault() throws IOException {
        String shipped = Files.readString(Path.of("../conf/master.yaml"));
        Path file = Files.writeString(dir.resolve("master.yaml"), shipped.replaceAll("(?m)^#(?=\\S)", ""));
        MasterConfig config = MasterConfig.read(ConfigFile.load(file, List.of()));
        MasterConfig defaults = MasterConfig.read(ConfigFile.load(
                null, List.of("name=m1", "data.dir=/var/lib/kintsugi/m1", "masters=m1=127.0.0.1:17010:17020:17030")));
        assertThat(config).isEqualTo(defaults);
    }

    @Test
    void theCommandLineIsExplained() {
        assertThat(DaemonArguments.parse(
                        "kintsugi-master",
                        new String[] {"--config", "f", "--set", "a=b", "--set", "c=d", "--failpoints"}))
                .isEqualTo(new DaemonArguments(Path.of("f"), List.of("a=b", "c=d"), true));
        assertThatThrownBy(() -> DaemonArguments.parse("kintsugi-master", new String[] {"--what"}))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("--what")
                .hasMessageContaining("usage");
    }
}
