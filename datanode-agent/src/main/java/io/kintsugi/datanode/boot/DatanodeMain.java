package io.kintsugi.datanode.boot;

import io.kintsugi.common.config.ConfigException;
import io.kintsugi.common.config.ConfigFile;
import io.kintsugi.common.failpoint.Failpoints;
import io.kintsugi.datanode.store.StorageException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code kintsugi-datanode --config FILE [--set key=value]… [--failpoints]}. */
public final class DatanodeMain {
    private static final Logger LOG = LoggerFactory.getLogger(DatanodeMain.class);
    private static final int USAGE = 2;
    private static final int FAILED = 1;

    private DatanodeMain() {}

    /** The command line. @param config null: none was given */
    record Arguments(Path config, List<String> overrides, boolean failpoints) {
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
                            "'" + args[i] + "' isn't understood; usage: "
                                    + "kintsugi-datanode --config FILE [--set key=value]... [--failpoints]");
                }
            }
            return new Arguments(config, overrides, failpoints);
        }
    }

    public static void main(String[] args) {
        try {
            Arguments arguments = Arguments.parse(args);
            DatanodeConfig config = DatanodeConfig.read(ConfigFile.load(arguments.config(), arguments.overrides()));
            // Before anything unpacks a native library: the process's own directory, emptied when it is claimed.
            System.setProperty("java.io.tmpdir", config.dataDir().resolve("tmp").toString());
            DatanodeServer server = DatanodeServer.start(config, new Failpoints(arguments.failpoints()));
            Runtime.getRuntime().addShutdownHook(new Thread(() -> close(server), "shutdown"));
        } catch (ConfigException e) {
            System.err.println("kintsugi-datanode: " + e.getMessage());
            System.exit(USAGE);
        } catch (IOException | StorageException e) {
            LOG.error("the datanode can't start: {}", e.getMessage(), e);
            System.exit(FAILED);
        }
    }

    private static void close(DatanodeServer server) {
        try {
            server.close();
        } catch (IOException e) {
            LOG.warn("while stopping", e);
        }
    }
}
