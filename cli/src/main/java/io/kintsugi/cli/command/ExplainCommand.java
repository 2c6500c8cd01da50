package io.kintsugi.cli.command;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code kintsugi explain}. */
@Command(
        name = "explain",
        description = "Why is nothing happening? What the cluster waits for as a whole, and what can be done.")
final class ExplainCommand extends Noun implements Callable<Integer> {
    @Override
    public Integer call() {
        return askExplain("/v1/explain");
    }
}
