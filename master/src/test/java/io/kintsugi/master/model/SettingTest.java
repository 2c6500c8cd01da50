package io.kintsugi.master.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SettingTest {
    @ParameterizedTest
    @EnumSource(Setting.class)
    void theDefaultWillDoAndIsShownAsItIsSet(Setting setting) {
        String text = setting.text(setting.defaultValue());
        assertThat(setting.check(text)).isEmpty();
        assertThat(setting.parse(text)).isEqualTo(setting.defaultValue());
        assertThat(Settings.DEFAULTS.text(setting)).isEqualTo(text);
    }

    @Test
    void whatWontDoIsNamedWithTheRule() {
        assertThat(Setting.ENABLE_AUTO_DECOMMISSION.check("yes"))
                .contains("EnableAutoDecommission is 'yes': it must be one of false, true");
        assertThat(Setting.DECOMMISSION_DP_LIMIT.check("true"))
                .contains("DecommissionDpLimit is 'true': it must be a whole number from 1 to 10000");
        assertThat(Setting.DECOMMISSION_DP_LIMIT.check("0")).isPresent();
        assertThat(Setting.AUTO_DP_META_REPAIR_MODE.check("1")).isPresent();
    }

    @Test
    void caseDoesNotMatterAndTheUnitMayBeLeftOut() {
        assertThat(Setting.byKey("dpRepairTimeout")).contains(Setting.DP_REPAIR_TIMEOUT_MS);
        assertThat(Setting.byKey("DPREPAIRTIMEOUTMS")).contains(Setting.DP_REPAIR_TIMEOUT_MS);
        assertThat(Setting.byKey("dpRepair")).isEmpty();
    }

    @Test
    void aChoiceIsKeptAsItsWord() {
        Setting mode = Setting.AUTO_DP_META_REPAIR_MODE;
        Settings set = new Settings(Map.of(mode.key(), mode.normal(" Observe ")));
        assertThat(set.text(mode)).isEqualTo("observe");
        assertThat(set.get(mode)).isEqualTo(1);
        assertThat(new Settings(Map.of("EnableAutoDecommission", "false")).on(Setting.ENABLE_AUTO_DECOMMISSION))
                .isFalse();
    }
}
