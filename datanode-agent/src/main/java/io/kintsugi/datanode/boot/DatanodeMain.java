package io.kintsugi.datanode.boot;

import io.kintsugi.common.config.ConfigException;
import io.kintsugi.common.config.ConfigFile;
import io.kintsugi.common.failpoint.Failpoints;
import io.kintsugi.common.process.DaemonArguments;
import io.kintsugi.datanode.host.FailpointNames;
import io.kintsugi.datanode.inspect.Inspect;
import io.kintsugi.datanode.store.StorageException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code kintsugi-datanode --config FILE [--set key=value]… [--failpoints]}, or {@code kintsugi-datanode inspect DIR…}. */
public final class DatanodeMain {
    private static final Logger LOG = LoggerFactory.getLogger(DatanodeMain.class);
    private static final int USAGE = 2;
    private static final int FAILED = 1;

    private DatanodeMain() {}

    public static void main(String[] args) {
        if (args.length > 0 && args[0].equals("inspect")) {
            System.exit(inspect(args));
        }
        try {
            DaemonArguments arguments = DaemonArguments.parse("kintsugi-datanode", args);
            DatanodeConfig config = DatanodeConfig.read(ConfigFile.load(arguments.config(), arguments.overrides()));
            // Before anything unpacks a native library: the process's own directory, emptied when it is claimed.
            System.setProperty("java.io.tmpdir", config.dataDir().resolve("tmp").toString());
            DatanodeServer server =
                    DatanodeServer.start(config, new Failpoints(arguments.failpoints()).declare(FailpointNames.class));
            Runtime.getRuntime().addShutdownHook(new Thread(() -> close(server), "shutdown"));
        } catch (ConfigException e) {
            System.err.println("kintsugi-datanode: " + e.getMessage());
            System.exit(USAGE);
        } catch (IOException | StorageException e) {
            LOG.error("the datanode can't start: {}", e.getMessage(), e);
            System.exit(FAILED);
        }
    }

    /** The exit code. */
    private static int inspect(String[] args) {
        if (args.length == 1) {
            System.err.println("kintsugi-datanode: name the disks to look at; usage: kintsugi-datanode inspect DIR...");
            return USAGE;
        }
        try {
            return Inspect.run(Arrays.stream(args).skip(1).map(Path::of).toList(), System.out);
        } catch (IOException | StorageException e) {
            System.err.println("kintsugi-datanode: " + e.getMessage());
            return FAILED;
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
