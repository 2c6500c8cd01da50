package io.kintsugi.sim.replication;

/** {@code --seeds N --from S --bug NAME}: runs that many seeds and ends with 1 at the first law broken. */
public final class SimMain {
    private SimMain() {}

    public static void main(String[] args) {
        long seeds = 20_000;
        long from = 1;
        String bug = Bug.NONE.name();
        for (int i = 0; i + 1 < args.length; i += 2) {
            switch (args[i]) {
                case "--seeds" -> seeds = Long.parseLong(args[i + 1]);
                case "--from" -> from = Long.parseLong(args[i + 1]);
                case "--bug" -> bug = args[i + 1];
                default ->
                    throw new IllegalArgumentException("unknown option " + args[i] + ": --seeds N --from S --bug NAME");
            }
        }
        long begun = System.nanoTime();
        String failure;
        if (bug.equals(Bug.NONE.name())) {
            Simulation simulation = new Simulation(Bug.NONE);
            Simulation.Failure found = simulation.search(from, seeds);
            System.out.println(simulation.summary());
            failure = found == null ? null : found.toString();
        } else {
            failure = new Hunt(bug).first(from, seeds).map(Hunt.Found::report).orElse(null);
        }
        System.out.printf("  %.1f s%n", (System.nanoTime() - begun) / 1e9);
        if (failure != null) {
            System.out.println(failure);
            System.exit(1);
        }
    }
}
