package io.kintsugi.master.transport;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** Records, maps and lists as JSON. Fields that a newer master adds are passed over. */
final class Json {
    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private Json() {}

    static Buffer encode(Object value) {
        try {
            return value instanceof JsonObject object
                    ? object.toBuffer()
                    : Buffer.buffer(MAPPER.writeValueAsBytes(value));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("can't be written as JSON: " + value.getClass(), e);
        }
    }

    /** A record's fields, with more of them behind. */
    static Map<String, Object> extended(Object row, Map<String, ?> more) {
        Map<String, Object> fields = MAPPER.convertValue(row, new TypeReference<LinkedHashMap<String, Object>>() {});
        fields.putAll(more);
        return fields;
    }

    /** @throws IllegalArgumentException when the text isn't what is expected */
    static <T> T decode(Buffer text, Class<T> type) {
        try {
            return MAPPER.readValue(text.getBytes(), type);
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "not the expected JSON (" + type.getSimpleName() + "): " + e.getMessage(), e);
        }
    }
}
