package io.kintsugi.master.boot;

import io.kintsugi.common.config.ConfigException;
import io.kintsugi.common.config.ConfigFile;
import io.kintsugi.common.failpoint.Failpoints;
import io.kintsugi.master.consensus.ConsensusException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code kintsugi-master --config FILE [--set key=value]… [--failpoints]}. */
public final class MasterMain {
    private static final Logger LOG = LoggerFactory.getLogger(MasterMain.class);
    private static final int USAGE = 2;
    private static final int FAILED = 1;
    /** The exit status after a fatal error: a supervisor may start it again. */
    private static final int FATAL = 70;

    private MasterMain() {}

    /** The command line. */
    record Arguments(@Nullable Path config, List<String> overrides, boolean failpoints) {
        static Arguments parse(String[] args) {
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
                            "'" + args[i]
                                    + "' isn't understood; usage: kintsugi-master --config FILE [--set key=value]... [--failpoints]");
                }
            }
            return new Arguments(config, overrides, failpoints);
        }
    }

    public static void main(String[] args) {
        try {
            Arguments arguments = Arguments.parse(args);
            MasterConfig config = MasterConfig.read(ConfigFile.load(arguments.config(), arguments.overrides()));
            MasterServer server =
                    MasterServer.start(config, new Failpoints(arguments.failpoints()), (reason, message, cause) -> {
                        LOG.error("master {} ends: {}", config.name(), message);
                        Runtime.getRuntime().halt(FATAL);
                    });
            Runtime.getRuntime().addShutdownHook(new Thread(() -> close(server), "shutdown"));
        } catch (ConfigException e) {
            System.err.println("kintsugi-master: " + e.getMessage());
            System.exit(USAGE);
        } catch (IOException | ConsensusException e) {
            LOG.error("the master can't start: {}", e.getMessage(), e);
            System.exit(FAILED);
        }
    }

    private static void close(MasterServer server) {
        try {
            server.close();
        } catch (IOException e) {
            LOG.warn("while stopping", e);
        }
    }
}
