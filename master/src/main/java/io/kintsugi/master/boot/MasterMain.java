package io.kintsugi.master.boot;

import io.kintsugi.common.Clock;
import io.kintsugi.common.config.ConfigException;
import io.kintsugi.common.config.ConfigFile;
import io.kintsugi.common.failpoint.Failpoints;
import io.kintsugi.common.process.DaemonArguments;
import io.kintsugi.master.consensus.ConsensusException;
import io.kintsugi.master.driver.FailpointNames;
import java.io.IOException;
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

    public static void main(String[] args) {
        try {
            DaemonArguments arguments = DaemonArguments.parse("kintsugi-master", args);
            MasterConfig config = MasterConfig.read(ConfigFile.load(arguments.config(), arguments.overrides()));
            Failpoints failpoints = new Failpoints(arguments.failpoints())
                    .declare(FailpointNames.class)
                    .declare(io.kintsugi.master.consensus.FailpointNames.class)
                    .declare(io.kintsugi.master.rebuild.FailpointNames.class);
            MasterServer server = MasterServer.start(config, Clock.system(), failpoints, (reason, message, cause) -> {
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
