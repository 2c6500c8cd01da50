package io.kintsugi.master.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.kintsugi.master.model.Setting;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingNamesTest {
    @ParameterizedTest
    @EnumSource(Setting.class)
    void whoeverLeavesOutALetterIsToldTheName(Setting setting) {
        String mistyped = "_" + setting.key().substring(1).toLowerCase(Locale.ROOT);
        assertThat(SettingNames.unknown(mistyped))
                .startsWith("there is no setting '" + mistyped + "'; ")
                .endsWith("did you mean '" + setting.key() + "'?");
    }

    @ParameterizedTest
    @CsvSource({
        "DecomissionDpLimt, DecommissionDpLimit",
        "auto_failovr, AutoFailover",
        "DPREPAIRTIMOUT, DpRepairTimeoutMs"
    })
    void theNearestIsNamed(String mistyped, String meant) {
        assertThat(SettingNames.unknown(mistyped)).endsWith("did you mean '" + meant + "'?");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Nonsense", "", "AutoFailoverAutoFailoverAutoFailoverAutoFailoverAutoFailoverAutoFailover"})
    void whereNoneIsNearItIsSaidWhereAllAreShown(String name) {
        assertThat(SettingNames.unknown(name))
                .startsWith("there is no setting '" + name + "'; ")
                .contains("cluster get")
                .doesNotContain("did you mean");
    }
}
