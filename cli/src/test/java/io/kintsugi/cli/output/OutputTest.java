package io.kintsugi.cli.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.TextNode;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;

class OutputTest {
    @Test
    void columnsAreAligned() {
        String text =
                new Table("NAME", ">SIZE").row("a", 1).row("long name", 1234).render();
        assertThat(text).isEqualTo("NAME       SIZE\na             1\nlong name  1234\n");
    }

    @Test
    void aRowHasACellForEachColumn() {
        assertThatThrownBy(() -> new Table("A", "B").row("a")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void sizes() {
        assertThat(Human.size(0)).isEqualTo("0 B");
        assertThat(Human.size(1023)).isEqualTo("1023 B");
        assertThat(Human.size(1024)).isEqualTo("1.0 KiB");
        assertThat(Human.size(Long.MAX_VALUE)).isEqualTo("8.0 EiB");
    }

    @Test
    void times() {
        var zone = ZoneId.of("Europe/Berlin");
        assertThat(Human.time(TextNode.valueOf("2026-11-01T10:00:00.5Z"), zone)).isEqualTo("2026-11-01 11:00:00");
        assertThat(Human.time(TextNode.valueOf(""), zone)).isEqualTo("-");
        assertThat(Human.duration(999)).isEqualTo("999 ms");
        assertThat(Human.duration(12_340)).isEqualTo("12.3 s");
        assertThat(Human.duration(245_000)).isEqualTo("4 m 05 s");
    }
}
