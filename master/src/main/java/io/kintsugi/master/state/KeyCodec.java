package io.kintsugi.master.state;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;

/** A table's keys as bytes that sort as the keys do (unsigned, big endian; ids are positive). */
record KeyCodec<K>(Function<K, byte[]> encode, Function<byte[], K> decode) {
    static final KeyCodec<Integer> INT =
            new KeyCodec<>(k -> ByteBuffer.allocate(4).putInt(k).array(), b -> ByteBuffer.wrap(b)
                    .getInt());
    static final KeyCodec<Long> LONG =
            new KeyCodec<>(k -> ByteBuffer.allocate(8).putLong(k).array(), b -> ByteBuffer.wrap(b)
                    .getLong());
    static final KeyCodec<String> TEXT =
            new KeyCodec<>(k -> k.getBytes(StandardCharsets.UTF_8), b -> new String(b, StandardCharsets.UTF_8));
}
