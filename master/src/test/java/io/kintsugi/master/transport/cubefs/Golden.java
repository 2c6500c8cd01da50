package io.kintsugi.master.transport.cubefs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Answers as they were when somebody last looked at them, key by key. After a change that is meant:
 * {@code -Dkintsugi.golden=master/src/test/resources/io/kintsugi/master/transport/cubefs} writes them anew.
 */
final class Golden {
    private Golden() {}

    /** The same text: keys, types, order and all. */
    static void matches(String name, Object json) throws IOException {
        String text = Json.encodePrettily(json) + "\n";
        String directory = System.getProperty("kintsugi.golden");
        if (directory != null) {
            Files.writeString(Path.of(directory, name + ".json"), text);
            return;
        }
        try (InputStream file = Golden.class.getResourceAsStream(name + ".json")) {
            assertThat(file).as(name + ".json").isNotNull();
            assertThat(text).isEqualTo(new String(file.readAllBytes(), UTF_8));
        }
    }
}
