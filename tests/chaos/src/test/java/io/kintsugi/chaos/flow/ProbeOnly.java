package io.kintsugi.chaos.flow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kintsugi.chaos.fault.FaultShim.Op;
import java.util.List;

/** Only the datanode's own probe of a disk fails: registered for no partition ({@code probe}), and emptied all the same. */
record ProbeOnly() implements Flow {
    @Override
    public int takes() {
        return 1;
    }

    @Override
    public List<String> tells() {
        return List.of("disk/DISK_UNAVAILABLE", "disk/DISK_DRAIN_DRAINED", "disk/DISK_NORMAL");
    }

    @Override
    public void run(Site site) {
        JsonNode disk = site.load.aDiskInUse();
        long before = site.lastOp();
        site.shim.failFile(Site.directory(disk).resolve("probe"), Op.WRITE, "EIO");
        try {
            JsonNode broken = site.awaitBroken(disk);
            assertThat(broken.path("error").asText()).contains("probe");
            Site.until("the error is registered for no partition", () -> Site.stream(
                            site.load.disk(disk).path("errorPartitions"))
                    .allMatch(p -> p.asText().equals("probe")));
            BadDisk.drainedByItself(site, disk, before);
        } finally {
            site.shim.heal(Site.directory(disk));
        }
        site.recover(disk);
    }
}
