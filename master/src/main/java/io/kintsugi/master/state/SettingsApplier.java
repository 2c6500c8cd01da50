package io.kintsugi.master.state;

import io.kintsugi.master.command.Command.SetSettings;
import io.kintsugi.master.model.Setting;
import java.util.TreeMap;

/** What an operator sets at run time. */
final class SettingsApplier {
    private SettingsApplier() {}

    static long set(Transaction tx, SetSettings c) {
        boolean automatic = tx.state().settings().on(Setting.AUTO_FAILOVER);
        new TreeMap<>(c.values()).forEach((key, value) -> {
            Setting setting = Setting.byKey(key)
                    .orElseThrow(() -> Refusal.of("UNKNOWN_SETTING", "there is no setting '%s'", key));
            RescueApplier.checkSettable(tx, setting);
            setting.check(value).ifPresent(problem -> {
                throw Refusal.of("BAD_SETTING", "%s", problem);
            });
            tx.put(Schema.SETTINGS, setting.key(), setting.normal(value));
        });
        tx.next(Counter.SETTINGS);
        if (!automatic && tx.state().settings().on(Setting.AUTO_FAILOVER)) {
            AbsenceApplier.releaseAll(tx);
        }
        return 0;
    }
}
