package io.kintsugi.common.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a YAML file into flat dotted keys. {@code a: {b: 1}} and {@code a.b: 1} are the same key; a list stays a list of texts.
 * Overrides of the
 * form {@code key=value} win; a list is written {@code key=x,y}.
 */
public final class ConfigFile {
    private static final YAMLMapper YAML = new YAMLMapper();

    private ConfigFile() {}

    /** @throws ConfigException CONFIG_UNREADABLE, or BAD_VALUE for an override that isn't {@code key=value} */
    public static ConfigReader load(@Nullable Path file, List<String> overrides) {
        Map<String, List<String>> values = new LinkedHashMap<>();
        if (file != null) {
            flatten("", parse(file), values, file);
        }
        return new ConfigReader(override(values, overrides), file == null ? "the command line" : file.toString());
    }

    /** A configuration from a map, for tests and for processes started in one JVM. */
    public static ConfigReader of(Map<String, String> entries) {
        Map<String, List<String>> values = new LinkedHashMap<>();
        entries.forEach((key, value) -> values.put(key, split(value)));
        return new ConfigReader(values, "the given values");
    }

    private static JsonNode parse(Path file) {
        try {
            JsonNode root = YAML.readTree(Files.readAllBytes(file));
            if (!root.isObject() && !root.isMissingNode() && !root.isNull()) {
                throw new ConfigException("CONFIG_UNREADABLE", file + ": expected 'key: value' lines");
            }
            return root;
        } catch (JsonProcessingException e) {
            throw new ConfigException(
                    "CONFIG_UNREADABLE",
                    file + " is not valid YAML: " + e.getOriginalMessage()
                            + (e.getLocation() == null
                                    ? ""
                                    : " (line " + e.getLocation().getLineNr() + ")"),
                    e);
        } catch (IOException e) {
            throw new ConfigException("CONFIG_UNREADABLE", "can't read the configuration file " + file + ": " + e, e);
        }
    }

    private static void flatten(String prefix, JsonNode node, Map<String, List<String>> into, Path file) {
        for (Map.Entry<String, JsonNode> entry : node.properties()) {
            String key = prefix.isEmpty() ? entry.getKey() : prefix + "." + entry.getKey();
            JsonNode value = entry.getValue();
            if (value.isObject()) {
                flatten(key, value, into, file);
            } else if (!value.isNull() && into.put(key, texts(key, value)) != null) {
                throw new ConfigException("BAD_VALUE", file + ": key '" + key + "' is given twice");
            }
        }
    }

    private static List<String> texts(String key, JsonNode value) {
        if (!value.isArray()) {
            return split(value.asText());
        }
        List<String> texts = new ArrayList<>();
        for (JsonNode element : value) {
            if (element.isContainerNode()) {
                throw new ConfigException("BAD_VALUE", "key '" + key + "': a list may hold only plain values");
            }
            texts.add(element.asText());
        }
        return List.copyOf(texts);
    }

    private static Map<String, List<String>> override(Map<String, List<String>> values, List<String> overrides) {
        for (String override : overrides) {
            int equals = override.indexOf('=');
            if (equals <= 0) {
                throw new ConfigException("BAD_VALUE", "--set " + override + ": write it as --set key=value");
            }
            values.put(override.substring(0, equals).strip(), split(override.substring(equals + 1)));
        }
        return values;
    }

    private static List<String> split(String text) {
        List<String> parts = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            parts.add(part.strip());
        }
        return text.isBlank() ? List.of() : List.copyOf(parts);
    }
}
