package io.kintsugi.datanode.inspect;

import io.kintsugi.datanode.replica.Config;
import io.kintsugi.datanode.replica.EntryId;
import java.util.stream.Collectors;

/** An inspection for people. */
final class InspectionText {
    private InspectionText() {}

    static String of(DiskInspection disk) {
        StringBuilder text = new StringBuilder("disk ")
                .append(disk.root())
                .append("  id ")
                .append(disk.uuid().isEmpty() ? "none" : disk.uuid())
                .append("  ")
                .append(disk.replicas().stream().filter(r -> !r.deleted()).count())
                .append(" replicas, ")
                .append(disk.replicas().stream()
                        .filter(ReplicaInspection::deleted)
                        .count())
                .append(" deleted\n");
        disk.problems().forEach(p -> text.append("  PROBLEM ").append(p).append('\n'));
        disk.backups().forEach(b -> text.append("  backup ").append(b).append('\n'));
        disk.replicas().stream().filter(r -> !r.deleted()).forEach(r -> replica(r, text));
        return text.toString();
    }

    private static void replica(ReplicaInspection r, StringBuilder text) {
        text.append("  replica ").append(r.replica()).append("  partition ").append(r.partition());
        Config config = r.config();
        if (config != null && config.table() != null) {
            text.append(" (")
                    .append(config.table().name())
                    .append('.')
                    .append(config.index())
                    .append(')');
        }
        text.append('\n');
        text.append("    epoch ").append(config == null ? "none" : config.epoch());
        text.append("  log ").append(id(r.base())).append(" .. ").append(id(r.last()));
        text.append("  applied ").append(id(r.applied()));
        text.append("  log bytes ").append(r.logBytes()).append('\n');
        if (config != null) {
            text.append("    primary ").append(config.primary() == 0 ? "none" : config.primary());
            text.append("  in-sync ").append(config.inSync());
            text.append("  members ").append(members(config)).append('\n');
        }
        r.manifest().ifPresent(m -> text.append("    manifest: cluster ")
                .append(m.clusterId())
                .append("  generation ")
                .append(m.generation())
                .append("  epoch ")
                .append(m.config() == null ? "none" : m.config().epoch())
                .append("  I/O errors ")
                .append(m.ioErrors())
                .append('\n'));
        r.problems().forEach(p -> text.append("    PROBLEM ").append(p).append('\n'));
    }

    /** {@code epoch/index}. */
    private static String id(EntryId id) {
        return id.epoch() + "/" + id.index();
    }

    private static String members(Config config) {
        return config.everyone().stream()
                .map(m -> m.replica() + "@" + m.address())
                .collect(Collectors.joining(", "));
    }
}
