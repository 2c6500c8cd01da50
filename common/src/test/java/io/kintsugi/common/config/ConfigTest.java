package io.kintsugi.common.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigTest {
    private static final Duration DAY = Duration.ofDays(1);

    @TempDir
    Path dir;

    private ConfigReader yaml(String text, String... overrides) throws IOException {
        Path file = Files.writeString(dir.resolve("c.yaml"), text);
        return ConfigFile.load(file, List.of(overrides));
    }

    @Test
    void nestedAndDottedKeysAreTheSame() throws IOException {
        ConfigReader config = yaml("http.port: 17010\ngrpc:\n  port: 17020\nmasters: [a=h:1:2:3, b=h:4:5:6]\nzone:\n");
        assertThat(config.port("http.port", 1)).isEqualTo(17010);
        assertThat(config.port("grpc.port", 1)).isEqualTo(17020);
        assertThat(config.list("masters")).containsExactly("a=h:1:2:3", "b=h:4:5:6");
        assertThat(config.text("zone", "default")).isEqualTo("default");
        config.done();
    }

    @Test
    void overridesWinAndAreSplitIntoLists() throws IOException {
        ConfigReader config = yaml("a: 1\nlist: [x]\n", "a=2", "list=y, z");
        assertThat(config.number("a", 0, 0, 9)).isEqualTo(2);
        assertThat(config.list("list")).containsExactly("y", "z");
    }

    @Test
    void durationsAndSizesHaveUnits() {
        ConfigReader config = ConfigFile.of(Map.of("t", "500ms", "s", "64MiB", "u", "7d"));
        assertThat(config.duration("t", "1s", Duration.ZERO, DAY)).isEqualTo(Duration.ofMillis(500));
        assertThat(config.duration("absent", "5m", Duration.ZERO, DAY)).isEqualTo(Duration.ofMinutes(5));
        assertThat(config.size("s", "1KiB", 0, Long.MAX_VALUE)).isEqualTo(64L << 20);
        assertThat(config.size("absent2", "4096", 0, Long.MAX_VALUE)).isEqualTo(4096);
        assertThatThrownBy(() -> config.duration("u", "1s", Duration.ZERO, DAY)).hasMessageContaining("from 0ms to 1d");
    }

    @Test
    void badValueNamesKeyValueAndRule() {
        ConfigReader config = ConfigFile.of(Map.of("http.port", "99999", "t", "5 parsecs", "on", "maybe", "f", "x"));
        assertThatThrownBy(() -> config.port("http.port", 1))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("http.port")
                .hasMessageContaining("99999")
                .hasMessageContaining("from 0 to 65535")
                .extracting(e -> ((ConfigException) e).reason())
                .isEqualTo("BAD_VALUE");
        assertThatThrownBy(() -> config.duration("t", "1s", Duration.ZERO, DAY)).hasMessageContaining("500ms");
        assertThatThrownBy(() -> config.flag("on", true)).hasMessageContaining("true or false");
        assertThatThrownBy(() -> config.fraction("f", 0.5, 0, 1)).hasMessageContaining("from 0.0 to 1.0");
    }

    @Test
    void unknownKeyIsRefusedWithTheNearestKnownOne() throws IOException {
        ConfigReader config = yaml("electoin.timeout.min: 1s\n");
        config.duration("election.timeout.min", "500ms", Duration.ZERO, DAY);
        config.text("data.dir", "x");
        assertThatThrownBy(config::done)
                .hasMessageContaining("'electoin.timeout.min'")
                .hasMessageContaining("did you mean 'election.timeout.min'");

        ConfigReader far = ConfigFile.of(Map.of("zzz", "1"));
        far.text("data.dir", "x");
        assertThatThrownBy(far::done).hasMessageContaining("the known keys are data.dir");
    }

    @Test
    void missingAndUnreadableSaySo() throws IOException {
        assertThatThrownBy(() -> ConfigFile.of(Map.of()).text("name"))
                .hasMessageContaining("'name'")
                .hasMessageContaining("--set name=");
        assertThatThrownBy(() -> yaml("a: [1\n")).hasMessageContaining("not valid YAML");
        assertThatThrownBy(() -> yaml("- a\n")).hasMessageContaining("key: value");
        assertThatThrownBy(() -> ConfigFile.load(dir.resolve("none.yaml"), List.of()))
                .hasMessageContaining("none.yaml");
        assertThatThrownBy(() -> ConfigFile.load(null, List.of("x"))).hasMessageContaining("--set key=value");
        assertThat(yaml("# nothing\n").list("l", List.of("d"))).containsExactly("d");
    }
}
