package io.kintsugi.chaos.flow;

import com.fasterxml.jackson.databind.JsonNode;
import io.kintsugi.chaos.fault.FaultShim.Op;
import java.util.List;

/** A disk that is only slow against its datanode's other one is named by the cluster's health; nothing is done about it. */
record SlowDisk() implements Flow {
    private static final long SLOW_MILLIS = 250;

    @Override
    public int takes() {
        return 0;
    }

    @Override
    public List<String> tells() {
        return List.of();
    }

    @Override
    public void run(Site site) {
        JsonNode disk = site.load.aDiskInUse();
        String name = disk.path("node").asText() + ":" + disk.path("path").asText();
        site.shim.slow(Site.directory(disk), Op.SYNC, SLOW_MILLIS);
        try {
            Site.until(name + " is suspect", () -> suspects(site).contains(name));
        } finally {
            site.shim.heal(Site.directory(disk));
        }
        Site.until("nothing is suspect any more", () -> suspects(site).isEmpty());
    }

    private static String suspects(Site site) {
        StringBuilder named = new StringBuilder();
        site.admin.get("/v1/health").path("checks").forEach(c -> {
            if (c.path("code").asText().equals("DISKS_SUSPECT")) {
                named.append(c.path("subjects"));
            }
        });
        return named.toString();
    }
}
