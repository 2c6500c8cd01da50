package io.kintsugi.cli.command;

import io.kintsugi.cli.api.HttpApi;
import io.kintsugi.cli.onebox.Layout;
import io.kintsugi.cli.onebox.Onebox;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The names that onebox commands have in the documents that Kintsugi comes from; hidden in the help. */
final class SeedNames {
    private SeedNames() {}

    static void addTo(CommandLine root) {
        for (Noun command : List.of(
                new Start(),
                new Clear(),
                new Stop(),
                new ListAll(),
                new StartInstance(),
                new StopInstance(),
                new RestartInstance())) {
            root.addSubcommand(command);
        }
    }

    @Command(name = "start_onebox", hidden = true, description = "The same as `onebox start`.")
    static final class Start extends Noun implements Runnable {
        @Option(names = {"-m", "--meta_count"})
        int masters = 3;

        @Option(names = {"-r", "--replica_count"})
        int datanodes = 3;

        @Option(names = {"-a", "--app_name"})
        String table = "temp";

        @Option(names = {"-p", "--partition_count"})
        int partitions = 8;

        @Option(names = {"-w", "--wait_healthy"})
        boolean wait;

        @Override
        public void run() {
            new OneboxStarter(session(), addresses -> new HttpApi(List.of(addresses.split(",")), 5000, session()))
                    .startAll(new OneboxStarter.Wish(
                            OneboxCommand.DEFAULT_NAME,
                            null,
                            masters,
                            datanodes,
                            null,
                            table,
                            partitions,
                            Layout.Launch.PLAIN,
                            Map.of()));
        }
    }

    @Command(name = "clear_onebox", hidden = true, description = "The same as `onebox clear`.")
    static final class Clear extends Noun implements Runnable {
        @Override
        public void run() {
            if (Onebox.exists(session(), OneboxCommand.DEFAULT_NAME)) {
                box().clear();
            }
        }

        private Onebox box() {
            return Onebox.open(session(), OneboxCommand.DEFAULT_NAME);
        }
    }

    @Command(name = "stop_onebox", hidden = true, description = "The same as `onebox stop`.")
    static final class Stop extends Noun implements Runnable {
        @Override
        public void run() {
            Onebox onebox = Onebox.open(session(), OneboxCommand.DEFAULT_NAME);
            onebox.stop(onebox.layout().instances());
        }
    }

    @Command(name = "list_onebox", hidden = true, description = "The same as `onebox list`.")
    static final class ListAll extends Noun implements Runnable {
        @Override
        public void run() {
            Onebox onebox = Onebox.open(session(), OneboxCommand.DEFAULT_NAME);
            for (Layout.Instance instance : onebox.layout().instances()) {
                session()
                        .out()
                        .println(instance.name() + "  " + onebox.state(instance) + "  pid " + onebox.pid(instance)
                                + "  " + instance.http());
            }
        }
    }

    /** One instance by kind and number. */
    abstract static class OfInstance extends Noun implements Runnable {
        @Option(names = {"-m", "--meta_id"})
        Integer master;

        @Option(names = {"-r", "--replica_id"})
        Integer datanode;

        @Override
        public final void run() {
            if ((master == null) == (datanode == null)) {
                throw new CommandLine.ParameterException(
                        spec.commandLine(), "Give one of -m N (a master) and -r N (a datanode)");
            }
            Onebox onebox = Onebox.open(session(), OneboxCommand.DEFAULT_NAME);
            act(onebox, List.of(onebox.layout().instance(master != null ? "m" + master : "d" + datanode)));
        }

        abstract void act(Onebox onebox, List<Layout.Instance> instance);
    }

    @Command(name = "start_onebox_instance", hidden = true, description = "The same as `onebox start I`.")
    static final class StartInstance extends OfInstance {
        @Override
        void act(Onebox onebox, List<Layout.Instance> instance) {
            onebox.start(instance);
        }
    }

    @Command(name = "stop_onebox_instance", hidden = true, description = "The same as `onebox stop I`.")
    static final class StopInstance extends OfInstance {
        @Override
        void act(Onebox onebox, List<Layout.Instance> instance) {
            onebox.stop(instance);
        }
    }

    @Command(name = "restart_onebox_instance", hidden = true, description = "Stops an instance and starts it again.")
    static final class RestartInstance extends OfInstance {
        @Override
        void act(Onebox onebox, List<Layout.Instance> instance) {
            onebox.stop(instance);
            onebox.start(instance);
        }
    }
}
