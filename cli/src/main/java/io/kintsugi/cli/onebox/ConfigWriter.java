package io.kintsugi.cli.onebox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Writes each instance's directory and configuration file. */
public final class ConfigWriter {
    private ConfigWriter() {}

    /** Makes what isn't there; files of an earlier start are written again, data is left alone. */
    public static void write(Layout layout) {
        try {
            for (Layout.Instance instance : layout.instances()) {
                Files.createDirectories(instance.dir());
                Files.writeString(
                        instance.config(), instance.master() ? master(layout, instance) : datanode(layout, instance));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String master(Layout layout, Layout.Instance instance) {
        return common(instance)
                + list(
                        "masters",
                        masters(layout).stream()
                                .map(each -> each.name() + "=" + each.host() + ":" + Layout.HTTP + ":" + Layout.GRPC
                                        + ":" + Layout.RAFT)
                                .toList());
    }

    private static String datanode(Layout layout, Layout.Instance instance) {
        List<String> disks = IntStream.rangeClosed(1, layout.disks())
                .mapToObj(i -> instance.dir().resolve("disk" + i).toString())
                .toList();
        for (String disk : disks) {
            try {
                Files.createDirectories(Path.of(disk));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return common(instance)
                + list("disks", disks)
                + list(
                        "masters",
                        masters(layout).stream()
                                .map(each -> each.host() + ":" + Layout.GRPC)
                                .toList())
                + layout.datanodeConfig().entrySet().stream()
                        .sorted(Map.Entry.comparingByKey())
                        .map(e -> e.getKey() + ": " + quote(e.getValue()) + "\n")
                        .collect(Collectors.joining());
    }

    private static List<Layout.Instance> masters(Layout layout) {
        return layout.instances().stream().filter(Layout.Instance::master).toList();
    }

    private static String common(Layout.Instance instance) {
        return "name: " + instance.name() + "\ndata.dir: "
                + quote(instance.dir().resolve("data").toString()) + "\nbind.host: " + instance.host() + "\n";
    }

    private static String list(String key, List<String> values) {
        return key + ":\n"
                + String.join(
                        "",
                        values.stream()
                                .map(value -> "  - " + quote(value) + "\n")
                                .toList());
    }

    private static String quote(String text) {
        return "'" + text.replace("'", "''") + "'";
    }
}
