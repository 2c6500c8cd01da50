package io.kintsugi.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kintsugi.cli.CliException;
import org.junit.jupiter.api.Test;

class WordsTest {
    @Test
    void blanksSeparateAndQuotesKeep() {
        assertThat(Words.split("  kv put t 'a b' \"c \\\" d\" e\\ f '' # note"))
                .containsExactly("kv", "put", "t", "a b", "c \" d", "e f", "");
        assertThat(Words.split("# only a comment")).isEmpty();
        assertThat(Words.split("a#b")).containsExactly("a#b");
    }

    @Test
    void anOpenQuoteIsRefused() {
        assertThatThrownBy(() -> Words.split("kv get 't"))
                .isInstanceOf(CliException.class)
                .hasMessageContaining("quote");
    }
}
