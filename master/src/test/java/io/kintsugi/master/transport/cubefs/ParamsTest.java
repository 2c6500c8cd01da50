package io.kintsugi.master.transport.cubefs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.MultiMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ParamsTest {
    private static Params of(String name, String value) {
        return new Params(MultiMap.caseInsensitiveMultiMap().add(name, value));
    }

    @Test
    void whatIsMissingIsNamed() {
        assertThatThrownBy(() -> of("other", "1").number("id"))
                .isInstanceOf(CubefsException.class)
                .hasMessage("parameter id not found")
                .extracting(e -> ((CubefsException) e).code())
                .isEqualTo(2);
        assertThat(of("clientIDKey", "").has("clientIDKey")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "x", "1.5", "9999999999999999999"})
    void whatIsNoNumberIsRefused(String value) {
        assertThatThrownBy(() -> of("id", value).number("id")).hasMessageContaining("id is '" + value + "'");
    }

    @ParameterizedTest
    @CsvSource({"true,true", "TRUE,true", "1,true", "t,true", "false,false", "F,false", "0,false"})
    void flagsAreReadAsTheOriginalReadsThem(String value, boolean flag) {
        assertThat(of("enable", value).flag("enable")).isEqualTo(flag);
        assertThatThrownBy(() -> of("enable", "yes").flag("enable")).hasMessageContaining("'yes'");
    }

    @ParameterizedTest
    @CsvSource({
        "0,0s",
        "10000,10s",
        "7200000,2h0m0s",
        "604800000,168h0m0s",
        "300000,5m0s",
        "1500,1.5s",
        "250,250ms",
        "61001,1m1.001s"
    })
    void durations(long millis, String text) {
        assertThat(GoText.duration(millis)).isEqualTo(text);
    }

    @Test
    void timesAndShares() {
        assertThat(GoText.clock(0)).isEqualTo("0001-01-01 00:00:00");
        assertThat(GoText.zoned(Fixture.START)).isEqualTo("2024-09-19 11:59:08 +0000 UTC");
        assertThat(GoText.rfc3339(Fixture.START)).isEqualTo("2024-09-19T11:59:08Z");
        assertThat(GoText.rfc3339(0)).isEqualTo("0001-01-01T00:00:00Z");
        assertThat(GoText.percent(16.6666)).isEqualTo("16.66%");
        assertThat(GoText.percent(100)).isEqualTo("100.00%");
    }
}
