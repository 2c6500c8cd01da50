package io.kintsugi.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kintsugi.cli.CliException;
import io.kintsugi.cli.ExitCode;
import io.kintsugi.cli.api.Api;
import io.kintsugi.cli.output.Json;
import java.util.List;

/** A disk as the API names it. */
record DiskName(String node, String path) {
    static final String LABEL = "NODE:PATH";
    static final String HELP =
            "The disk, as `disk ls` shows it; the end of its path, such as d1:disk2, will do. NODE and PATH may also be two words.";

    /**
     * The disk that is meant.
     *
     * @param words {@code node:path}, or node and path; a path that doesn't begin with a slash is the end of one of the node's disks'
     */
    static DiskName of(List<String> words, Api api) {
        int colon = words.get(0).indexOf(':');
        var name = words.size() > 1
                ? new DiskName(words.get(0), words.get(1))
                : new DiskName(
                        words.get(0).substring(0, Math.max(colon, 0)),
                        words.get(0).substring(colon + 1));
        if (name.node.isEmpty() || name.path.isEmpty()) {
            throw CliException.usage(
                    "BAD_DISK",
                    "'" + String.join(" ", words) + "' isn't a disk",
                    "Write node:/path or node /path, as `kintsugi disk ls` shows them, or the path's end: node:disk1");
        }
        return name.path.startsWith("/") ? name : name.whole(api);
    }

    /** {@code node} as it is, {@code node:path} with the whole path. */
    static String nodeOrDisk(String text, Api api) {
        return text.contains(":") ? of(List.of(text), api).toString() : text;
    }

    private DiskName whole(Api api) {
        JsonNode found = Json.filter(
                api.get("/v1/disks"),
                disk -> disk.path("node").asText().equals(node)
                        && disk.path("path").asText().endsWith("/" + path));
        if (found.size() != 1) {
            throw new CliException(
                    ExitCode.NOT_FOUND,
                    "NO_SUCH_DISK",
                    node + " has " + (found.isEmpty() ? "no disk" : found.size() + " disks") + " whose path ends in '/"
                            + path + "'",
                    "`kintsugi disk ls` shows all disks.");
        }
        return new DiskName(node, found.path(0).path("path").asText());
    }

    ObjectNode body() {
        return Json.object().put("node", node).put("path", path);
    }

    /** For requests without a body. */
    String query() {
        return "?node=" + Noun.encode(node) + "&path=" + Noun.encode(path);
    }

    @Override
    public String toString() {
        return node + ":" + path;
    }
}
