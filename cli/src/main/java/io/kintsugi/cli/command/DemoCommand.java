package io.kintsugi.cli.command;

import io.kintsugi.cli.demo.Demo;
import io.kintsugi.cli.demo.EmbeddedCluster;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code kintsugi demo}. */
@Command(
        name = "demo",
        description = "A whole cluster in one process, a table with data, and a prompt for all commands.")
final class DemoCommand extends Noun implements Callable<Integer> {
    @Option(
            names = "--script",
            paramLabel = "FILE",
            description = "Runs the commands in this file, then ends with the status of the first that fails.")
    Path script;

    @Override
    public Integer call() {
        try (Demo demo = new Demo(session(), new EmbeddedCluster())) {
            demo.start();
            return demo.run(script, inside -> new Shell(inside).commandLine());
        }
    }
}
