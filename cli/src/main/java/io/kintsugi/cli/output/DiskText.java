package io.kintsugi.cli.output;

import static io.kintsugi.cli.output.Human.size;
import static io.kintsugi.cli.output.Human.text;
import static io.kintsugi.cli.output.Human.yesNo;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.StringJoiner;

/** Disks for people. */
public final class DiskText {
    private DiskText() {}

    /** A row each. */
    public static String table(JsonNode disks) {
        var table = new Table("NODE", "PATH", "STATUS", ">REPLICAS", ">USED", ">TOTAL", ">OP", "ERROR");
        for (JsonNode disk : disks) {
            table.row(
                    text(disk.path("node")),
                    text(disk.path("path")),
                    text(disk.path("status")),
                    text(disk.path("replicas")),
                    size(disk.path("usedBytes")),
                    size(disk.path("totalBytes")),
                    text(disk.path("op")),
                    trouble(disk));
        }
        return table.render();
    }

    /** Why it is broken, or why it is suspected. */
    private static String trouble(JsonNode disk) {
        String suspect = disk.path("suspect").asText("");
        return suspect.isEmpty() || !disk.path("error").asText("").isEmpty()
                ? text(disk.path("error"))
                : "suspect: " + suspect;
    }

    /** Lines for what there is to say about a disk that isn't well. */
    private static void troubles(Sheet sheet, JsonNode disk) {
        line(sheet, "suspect", disk.path("suspect"));
        line(sheet, "first error", disk.path("firstErrorAt"));
        line(sheet, "unavailable since", disk.path("unavailableSince"));
        if (!disk.path("errorPartitions").isEmpty()) {
            StringJoiner names = new StringJoiner(", ");
            disk.path("errorPartitions").forEach(name -> names.add(name.asText()));
            sheet.line("errors of", names.toString());
        }
        line(sheet, "recovery", disk.path("recovery"));
        line(sheet, "recovery error", disk.path("recoveryError"));
        line(sheet, "decommissioned by itself", disk.path("auto"));
    }

    private static void line(Sheet sheet, String name, JsonNode value) {
        if (!value.asText("").isEmpty() && !value.isNull()) {
            sheet.line(name, value.asText());
        }
    }

    /** One, with its replicas. */
    public static String info(JsonNode disk) {
        Sheet sheet = new Sheet()
                .line("disk", text(disk.path("node")) + ":" + text(disk.path("path")))
                .line("id", text(disk.path("id")))
                .line("status", text(disk.path("status")))
                .line("used", size(disk.path("usedBytes")) + " of " + size(disk.path("totalBytes")))
                .line("replicas", text(disk.path("replicas")))
                .line("op", text(disk.path("op")))
                .line("error", text(disk.path("error")));
        troubles(sheet, disk);
        String head = sheet.render();
        if (disk.path("replicaRows").isEmpty()) {
            return head;
        }
        var table = new Table("PARTITION", ">ID", "STATE", "PRIMARY", "IN-SYNC", ">BYTES", ">OP");
        for (JsonNode replica : disk.path("replicaRows")) {
            table.row(
                    text(replica.path("partition")),
                    text(replica.path("id")),
                    text(replica.path("state")),
                    yesNo(replica.path("primary")),
                    yesNo(replica.path("inSync")),
                    size(replica.path("bytes")),
                    text(replica.path("op")));
        }
        return head + "\n" + table.render();
    }
}
