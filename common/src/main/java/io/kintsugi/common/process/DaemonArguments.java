package io.kintsugi.common.process;

import io.kintsugi.common.config.ConfigException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The command line of a daemon: {@code --config FILE [--set key=value]… [--failpoints]}.
 *
 * @param config null: none was given
 * @param overrides {@code key=value}, in order
 * @param failpoints whether failpoints may be armed
 */
public record DaemonArguments(Path config, List<String> overrides, boolean failpoints) {
    /** @throws ConfigException names what isn't understood, and the usage */
    public static DaemonArguments parse(String program, String[] args) {
        Path config = null;
        List<String> overrides = new ArrayList<>();
        boolean failpoints = false;
        for (int i = 0; i < args.length; i++) {
            boolean more = i + 1 < args.length;
            if (args[i].equals("--failpoints")) {
                failpoints = true;
            } else if (args[i].equals("--config") && more) {
                config = Path.of(args[++i]);
            } else if (args[i].equals("--set") && more) {
                overrides.add(args[++i]);
            } else {
                throw new ConfigException(
                        "BAD_VALUE",
                        "'" + args[i] + "' isn't understood; usage: " + program
                                + " --config FILE [--set key=value]... [--failpoints]");
            }
        }
        return new DaemonArguments(config, overrides, failpoints);
    }
}
