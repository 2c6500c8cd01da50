package io.kintsugi.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kintsugi.cli.CliException;
import io.kintsugi.cli.ExitCode;
import io.kintsugi.cli.bench.BenchRun;
import io.kintsugi.cli.bench.Workload;
import io.kintsugi.cli.data.KeyValues;
import io.kintsugi.cli.output.Json;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.HdrHistogram.Histogram;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code kintsugi bench}: load, and a check that what was written is there. Also takes the seed's form,
 * {@code --app_name T -t TYPE -n N}.
 */
@Command(name = "bench", description = "Writes keys, or reads and checks them, and says how fast it went.")
final class BenchCommand extends Noun implements Callable<Integer> {
    /** Seed's names of a type of run, and whether it writes. */
    private static final Map<String, Boolean> TYPES = Map.of(
            "fillseq_pegasus", true, "fillrandom_pegasus", true, "readrandom_pegasus", false, "readseq_pegasus", false);

    private static final int MAX_VALUE = 1 << 20;

    /** What both verbs take. */
    static final class Load {
        @Option(
                names = {"--table", "--app_name"},
                paramLabel = "TABLE",
                description = "Default temp.")
        String table = "temp";

        @Option(
                names = {"-n", "--num"},
                paramLabel = "N",
                description = "Keys (default 10000).")
        long count = 10_000;

        @Option(names = "--threads", paramLabel = "K", description = "Callers, each with one request open (default 8).")
        int threads = 8;

        @Option(
                names = {"--value-size", "--value_size"},
                paramLabel = "BYTES",
                description = "Default 100, at most 1 MiB.")
        int valueSize = 100;

        @Option(
                names = "--seed",
                paramLabel = "S",
                description = "The same seed gives the same keys and values (default 1000).")
        long seed = 1000;
    }

    @Mixin
    Load load;

    @Option(
            names = {"-t", "--type"},
            paramLabel = "TYPE",
            description = "fillseq_pegasus or readrandom_pegasus; else use `bench fill` and `bench read`.")
    String type;

    @Command(name = "fill", description = "Writes keys 0 to N-1 of the seed.")
    int fill(@Mixin Load verbLoad) {
        return run(verbLoad, true);
    }

    @Command(name = "read", description = "Reads the same keys, and checks their values.")
    int read(@Mixin Load verbLoad) {
        return run(verbLoad, false);
    }

    @Override
    public Integer call() {
        if (type == null || !TYPES.containsKey(type)) {
            throw CliException.usage(
                    "BAD_BENCH_TYPE",
                    type == null ? "neither a verb nor a type is given" : "'" + type + "' isn't a type of run",
                    "Use `kintsugi bench fill`, `kintsugi bench read`, or -t fillseq_pegasus|readrandom_pegasus.");
        }
        return run(load, TYPES.get(type));
    }

    private int run(Load chosen, boolean write) {
        if (chosen.count < 0
                || chosen.threads < 1
                || chosen.threads > 1024
                || chosen.valueSize < 0
                || chosen.valueSize > MAX_VALUE) {
            throw CliException.usage(
                    "BAD_BENCH",
                    chosen.count + " keys of " + chosen.valueSize + " bytes by " + chosen.threads + " threads can't be",
                    "Keys are 0 or more, threads 1 to 1024, a value 0 to " + MAX_VALUE + " bytes.");
        }
        var plan = new BenchRun.Plan(
                chosen.table, write, chosen.count, chosen.threads, new Workload(chosen.seed, chosen.valueSize));
        BenchRun.Result result;
        try (KeyValues data = DataConnection.open(root())) {
            // Finds a missing table, and the routes, before the clock runs.
            data.get(chosen.table, plan.workload().key(0));
            result = new BenchRun(session(), data, plan).run();
        }
        show(json(result), () -> describe(result));
        if (result.wrong() > 0) {
            throw new CliException(
                    ExitCode.FAILED,
                    "WRONG_VALUES",
                    result.wrong() + " keys have a value that isn't the seed's",
                    "Another value size is fine, another writer to the same keys isn't.");
        }
        return result.complete() ? ExitCode.OK : ExitCode.FAILED;
    }

    private static String describe(BenchRun.Result result) {
        BenchRun.Plan plan = result.plan();
        Histogram latency = result.latency();
        double seconds = Math.max(1, result.nanos()) / 1e9;
        return String.format(
                        Locale.ROOT,
                        "latency ms: p50 %.2f  p90 %.2f  p99 %.2f  p99.9 %.2f  max %.2f%n",
                        ms(latency, 50),
                        ms(latency, 90),
                        ms(latency, 99),
                        ms(latency, 99.9),
                        latency.getMaxValue() / 1e6)
                + String.format(
                        Locale.ROOT,
                        "%s %s: %.1f s, %.0f ops/s, %d threads (%d of %d %s)%n",
                        plan.write() ? "fill" : "read",
                        plan.table(),
                        seconds,
                        plan.count() / seconds,
                        plan.threads(),
                        result.good(),
                        plan.count(),
                        plan.write() ? "written" : "found");
    }

    private static ObjectNode json(BenchRun.Result result) {
        BenchRun.Plan plan = result.plan();
        ObjectNode json = Json.object()
                .put("run", plan.write() ? "fill" : "read")
                .put("table", plan.table())
                .put("keys", plan.count())
                .put("good", result.good())
                .put("wrong", result.wrong())
                .put("threads", plan.threads())
                .put("valueSize", plan.workload().valueSize())
                .put("seconds", result.nanos() / 1e9);
        json.putObject("latencyMillis")
                .put("p50", ms(result.latency(), 50))
                .put("p90", ms(result.latency(), 90))
                .put("p99", ms(result.latency(), 99))
                .put("p999", ms(result.latency(), 99.9))
                .put("max", result.latency().getMaxValue() / 1e6);
        return json;
    }

    private static double ms(Histogram latency, double percentile) {
        return latency.getValueAtPercentile(percentile) / 1e6;
    }
}
