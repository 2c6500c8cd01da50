package io.kintsugi.cli.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.kintsugi.cli.CliException;
import java.io.IOException;
import java.nio.file.Path;

/** The masters' admin HTTP API. Answers are JSON; a refusal is a {@link CliException} with the API's reason code. */
public interface Api {
    /** Reads a resource; {@code path} begins with {@code /v1/} and is already encoded. */
    default JsonNode get(String path) {
        return call("GET", path, null);
    }

    /** Asks for something to be done or made. */
    default JsonNode post(String path, JsonNode body) {
        return call("POST", path, body);
    }

    /** Changes properties. */
    default JsonNode patch(String path, JsonNode body) {
        return call("PATCH", path, body);
    }

    /** Removes. */
    default JsonNode delete(String path) {
        return call("DELETE", path, null);
    }

    /**
     * One request, sent to one master after another until one answers it. Changes carry one request id for all tries, so that none is
     * done twice.
     *
     * @param body null for none
     * @throws CliException when refused, or when no master can be reached
     */
    JsonNode call(String method, String path, JsonNode body);

    /**
     * Reads a resource that is no JSON into a file, in place of what is there.
     *
     * @throws CliException when refused, when no master can be reached, or when the answer breaks off
     * @throws IOException when the file can't be written
     */
    void download(String path, Path file) throws IOException;
}
