package io.kintsugi.cli.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.TextNode;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.util.List;
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
        assertThat(Human.duration(7_500_000)).isEqualTo("2 h 05 m");
    }

    @Test
    void valuesOfSettings() {
        assertThat(SettingText.value("DpRepairTimeoutMs", "7200000")).isEqualTo("7200000 (2h)");
        assertThat(SettingText.value("VerifyBytesPerSecond", "67108864")).isEqualTo("67108864 (64.0 MiB/s)");
        assertThat(SettingText.value("CopyBytesPerSecond", "0")).isEqualTo("0");
        assertThat(SettingText.value("AutoFailover", "true")).isEqualTo("true");
        assertThat(SettingText.value("BalanceLimit", "2")).isEqualTo("2");
    }

    @Test
    void countsAreSingularForOne() {
        assertThat(Human.count(0, "master")).isEqualTo("0 masters");
        assertThat(Human.count(1, "master")).isEqualTo("1 master");
        assertThat(Human.count(3, "master")).isEqualTo("3 masters");
    }

    @Test
    void aBarIsFullAtTheEndOnly() {
        assertThat(Bar.of(0)).isEqualTo("[....................]   0.0 %");
        assertThat(Bar.of(99.9)).isEqualTo("[###################.]  99.9 %");
        assertThat(Bar.of(100)).isEqualTo("[####################] 100.0 %");
        assertThat(Bar.of(104)).isEqualTo(Bar.of(100));
    }

    @Test
    void aSheetLeavesOutWhatHasNoValue() {
        assertThat(new Sheet().line("a", "1").line("b", "-").line("long", "2").render())
                .isEqualTo("a     1\nlong  2\n");
    }

    @Test
    void aTerminalIsDrawnAgainInPlace() {
        var bytes = new ByteArrayOutputStream();
        var screen = new Screen(new PrintStream(bytes, true, StandardCharsets.UTF_8), true);
        screen.draw(List.of(line("a", "one"), line("b", "two")));
        assertThat(bytes.toString(StandardCharsets.UTF_8))
                .doesNotContain("A\r")
                .contains("one")
                .contains("two");
        bytes.reset();
        screen.draw(List.of(line("a", "three")));
        assertThat(bytes.toString(StandardCharsets.UTF_8))
                .contains("\u001b[2A\r")
                .contains("three");
        bytes.reset();
        screen.clear();
        assertThat(bytes.toString(StandardCharsets.UTF_8)).isEqualTo("\u001b[1A\r\u001b[J");
    }

    @Test
    void elsewhereALineIsPrintedWhenWhatMattersChanged() {
        var bytes = new ByteArrayOutputStream();
        var screen = new Screen(new PrintStream(bytes, true, StandardCharsets.UTF_8), false);
        screen.draw(List.of(new Screen.Line("a", "10 %", "x"), line("b", "trouble")));
        screen.draw(List.of(new Screen.Line("a", "11 %", "x")));
        screen.draw(List.of(new Screen.Line("a", "12 %", "y"), line("b", "trouble")));
        screen.clear();
        assertThat(bytes.toString(StandardCharsets.UTF_8).lines())
                .containsExactly("10 %", "trouble", "12 %", "trouble");
    }

    private static Screen.Line line(String id, String text) {
        return new Screen.Line(id, text, text);
    }
}
