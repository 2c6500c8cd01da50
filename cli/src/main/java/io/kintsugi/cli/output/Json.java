package io.kintsugi.cli.output;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** JSON trees: all that the CLI needs of a JSON library. */
public final class Json {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private Json() {}

    /** @throws JsonProcessingException when it isn't JSON */
    public static JsonNode parse(byte[] bytes) throws IOException {
        return MAPPER.readTree(bytes);
    }

    /** A new empty object. */
    public static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    /** A new empty array. */
    public static ArrayNode array() {
        return MAPPER.createArrayNode();
    }

    /** In one line. */
    public static String compact(JsonNode node) {
        return node.toString();
    }

    /** In many lines, for {@code -o json}. */
    public static String pretty(JsonNode node) {
        return node.isMissingNode() ? "{}" : node.toPrettyString();
    }

    /** UTF-8. */
    public static byte[] bytes(JsonNode node) {
        try {
            return MAPPER.writeValueAsBytes(node);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The elements of an array that hold. */
    public static ArrayNode filter(JsonNode array, Predicate<JsonNode> holds) {
        ArrayNode kept = array();
        for (JsonNode element : array) {
            if (holds.test(element)) {
                kept.add(element);
            }
        }
        return kept;
    }

    /** The texts in an array. */
    public static List<String> texts(JsonNode array) {
        var texts = new ArrayList<String>();
        array.forEach(element -> texts.add(element.asText()));
        return texts;
    }
}
