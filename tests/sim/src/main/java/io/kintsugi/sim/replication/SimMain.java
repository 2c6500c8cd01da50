package io.kintsugi.sim.replication;

/** {@code --seeds N --from S --bug NAME}: runs that many seeds and ends with 1 at the first law broken. */
public final class SimMain {
    private SimMain() {}

    public static void main(String[] args) {
        long seeds = 20_000;
        long from = 1;
        Bug bug = Bug.NONE;
        for (int i = 0; i + 1 < args.length; i += 2) {
            switch (args[i]) {
                case "--seeds" -> seeds = Long.parseLong(args[i + 1]);
                case "--from" -> from = Long.parseLong(args[i + 1]);
                case "--bug" -> bug = Bug.named(args[i + 1]);
                default ->
                    throw new IllegalArgumentException("unknown option " + args[i] + ": --seeds N --from S --bug NAME");
            }
        }
        long begun = System.nanoTime();
        Simulation simulation = new Simulation(bug);
        Simulation.Failure failure = simulation.search(from, seeds);
        System.out.printf("%s%n  %.1f s%n", simulation.summary(), (System.nanoTime() - begun) / 1e9);
        if (failure != null) {
            System.out.println(failure);
            System.exit(1);
        }
    }
}
