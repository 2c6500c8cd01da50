package io.kintsugi.sim.cluster;

import java.time.Duration;

/**
 * {@code --hours N --seed S}: seeds from S on, until that many cluster-hours are simulated; {@code --runs N}: that many seeds;
 * {@code --run-minutes M}: how long things go wrong in each. The last line is the same for the same arguments. Ends with 1 when a law was
 * broken.
 */
public final class SimMain {
    private SimMain() {}

    public static void main(String[] args) {
        double hours = 1;
        long seed = 1;
        long runs = Long.MAX_VALUE;
        Duration chaos = null;
        for (int i = 0; i + 1 < args.length; i += 2) {
            switch (args[i]) {
                case "--hours" -> hours = Double.parseDouble(args[i + 1]);
                case "--seed" -> seed = Long.parseLong(args[i + 1]);
                case "--runs" -> runs = Long.parseLong(args[i + 1]);
                case "--run-minutes" -> chaos = Duration.ofMinutes(Long.parseLong(args[i + 1]));
                default ->
                    throw new IllegalArgumentException(
                            "unknown option " + args[i] + ": --hours N --seed S --runs N --run-minutes M");
            }
        }
        ClusterSim sim = new ClusterSim(chaos);
        boolean failed = false;
        for (long n = 0; n < runs && (runs != Long.MAX_VALUE || sim.time().toSeconds() < hours * 3600); n++) {
            ClusterSim.Failure failure = sim.run(seed + n);
            if (failure != null) {
                failed = true;
                System.out.println(failure);
            }
        }
        System.out.println(sim.summary());
        if (failed) {
            System.exit(1);
        }
    }
}
