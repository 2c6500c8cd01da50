package io.kintsugi.bench;

import io.kintsugi.bench.row.ControlLoop;
import io.kintsugi.bench.row.DrainFailover;
import io.kintsugi.bench.row.DrainWithData;
import io.kintsugi.bench.row.Failover;
import io.kintsugi.bench.row.Healing;
import io.kintsugi.bench.row.IdleNode;
import io.kintsugi.bench.row.Rebuild;
import io.kintsugi.bench.row.Reports;
import io.kintsugi.bench.row.Throughput;
import io.kintsugi.bench.row.Transitions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bin/kintsugi-bench}: measures and prints a table. Ends with 0 when every row could be measured, whether targets are met or not. */
@Command(
        name = "kintsugi-bench",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Measures this build of Kintsugi on this machine, each figure beside a baseline of the same run.",
        footer = "`kintsugi-bench micro [JMH options]` runs the JMH benchmarks.")
public final class BenchMain implements Callable<Integer> {
    private static final List<Bench.Row> ROWS = List.of(
            new ControlLoop(),
            new DrainWithData(),
            new Failover(),
            new DrainFailover(),
            new Healing(),
            new Transitions(),
            new Throughput(),
            new IdleNode(),
            new Reports(),
            new Rebuild());
    private static final String INSTALLATION = "kintsugi.root";

    @Option(names = "--only", split = ",", paramLabel = "NAME", description = "Only these rows; --list names them.")
    List<String> only = List.of();

    @Option(names = "--quick", description = "Less data, fewer and shorter samples.")
    boolean quick;

    @Option(names = "--json", paramLabel = "FILE", description = "Writes all samples there too.")
    Path json;

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            description = "Where to work: on the disk that is to be measured (default: in the build folder).")
    Path dir;

    @Option(names = "--list", description = "Names the rows, and ends.")
    boolean list;

    public static void main(String[] args) {
        System.exit(new CommandLine(new BenchMain()).execute(args));
    }

    @Override
    public Integer call() throws IOException {
        if (list) {
            ROWS.forEach(r -> System.out.printf("%-14s %s%n", r.name(), r.what()));
            return 0;
        }
        List<String> unknown = only.stream()
                .filter(n -> ROWS.stream().noneMatch(r -> r.name().equals(n)))
                .toList();
        if (!unknown.isEmpty()) {
            System.err.println("there is no row " + unknown + "; there are "
                    + ROWS.stream().map(Bench.Row::name).toList());
            return CommandLine.ExitCode.USAGE;
        }
        Path root = Path.of(System.getProperty(INSTALLATION, "")).toAbsolutePath();
        Path work = dir == null ? root.resolve("tests/bench/target/work") : dir.toAbsolutePath();
        Bench bench = new Bench(root, work, quick, System.err);
        Report report = new Report();
        for (Bench.Row row : ROWS) {
            if (only.isEmpty() || only.contains(row.name())) {
                measure(bench, row, report);
            }
        }
        report.print(System.out);
        if (json != null) {
            report.writeJson(json);
        }
        return report.complete() ? 0 : 1;
    }

    private static void measure(Bench bench, Bench.Row row, Report report) {
        System.err.println(row.name() + ": " + row.what());
        try {
            report.add(row.run(bench));
        } catch (RuntimeException e) { // the other rows can still be measured
            System.err.println("  failed: " + e);
            report.failed(row.name(), e.toString());
        }
    }
}
