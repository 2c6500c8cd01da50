package io.kintsugi.cli.output;

import static io.kintsugi.cli.output.Human.size;
import static io.kintsugi.cli.output.Human.text;
import static io.kintsugi.cli.output.Human.yesNo;

import com.fasterxml.jackson.databind.JsonNode;

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
                    text(disk.path("error")));
        }
        return table.render();
    }

    /** One, with its replicas. */
    public static String info(JsonNode disk) {
        String head = new Sheet()
                .line("disk", text(disk.path("node")) + ":" + text(disk.path("path")))
                .line("id", text(disk.path("id")))
                .line("status", text(disk.path("status")))
                .line("used", size(disk.path("usedBytes")) + " of " + size(disk.path("totalBytes")))
                .line("replicas", text(disk.path("replicas")))
                .line("op", text(disk.path("op")))
                .line("error", text(disk.path("error")))
                .render();
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
