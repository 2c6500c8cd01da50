package io.kintsugi.datanode.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kintsugi.datanode.replica.Entry;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class QueryTest extends WithStore {
    private long index;

    @BeforeEach
    void fill() {
        for (String key : List.of("b1", "a", "c", "b3", "b2", "\u00fc")) {
            put(key, "of " + key);
        }
    }

    @Test
    void aScanGoesThroughAllKeysInOrderPageByPage() {
        List<String> keys = new ArrayList<>();
        byte[] from = new byte[0];
        int pages = 0;
        while (from != null) {
            Found page = new Query.Scan(from, new byte[0], 2).in(store, 0);
            page.records().forEach(r -> keys.add(text(r.key())));
            from = page.next();
            pages++;
        }
        assertThat(keys).containsExactly("a", "b1", "b2", "b3", "c", "\u00fc");
        assertThat(pages).isEqualTo(3);
    }

    @Test
    void aPrefixAndAFirstKeyBoundAScan() {
        assertThat(keys(new Query.Scan(new byte[0], bytes("b"), 0))).containsExactly("b1", "b2", "b3");
        assertThat(keys(new Query.Scan(bytes("b2"), bytes("b"), 0))).containsExactly("b2", "b3");
        assertThat(keys(new Query.Scan(bytes("a0"), new byte[0], 1))).containsExactly("b1");
        assertThat(keys(new Query.Scan(bytes("z"), bytes("b"), 0))).isEmpty();
        assertThat(new Query.Scan(bytes("b3"), bytes("b"), 1).in(store, 0).next())
                .as("what follows isn't of the prefix")
                .isNull();
    }

    @Test
    void aPageEndsWhenItHasItsBytesAndLosesNothing() {
        for (int i = 0; i < 5; i++) {
            put("big" + i, "x".repeat(Query.MAX_BYTES / 2));
        }
        Found first = new Query.Scan(new byte[0], bytes("big"), 0).in(store, 0);
        assertThat(first.records()).hasSize(2);
        assertThat(text(first.next())).isEqualTo("big2");
        Found some = new Query.MultiGet(List.of(bytes("big0"), bytes("no"), bytes("big1"), bytes("big2"))).in(store, 0);
        assertThat(some.answered()).isEqualTo(3);
        assertThat(some.records().stream().map(r -> text(r.key()))).containsExactly("big0", "big1");
    }

    private List<String> keys(Query query) {
        return query.in(store, 0).records().stream().map(r -> text(r.key())).toList();
    }

    private void put(String key, String value) {
        index++;
        store.apply(List.of(new Entry(1, index, Entry.Op.PUT, bytes(key), bytes(value), 7, index, 10)));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, UTF_8);
    }
}
