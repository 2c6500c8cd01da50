package io.kintsugi.chaos.flow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kintsugi.chaos.fault.Mounted;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A disk's mount is taken away under its datanode: it is reported. What is left at its path is an empty directory, which is not taken for the
 * disk, nor formatted, when somebody recovers it too early. Mounted again and recovered it has its replicas.
 */
record UnmountedDisk() implements Flow {
    @Override
    public Optional<String> unavailable() {
        return Mounted.unavailable();
    }

    @Override
    public int takes() {
        return 1;
    }

    @Override
    public List<String> tells() {
        return List.of("disk/DISK_UNAVAILABLE", "disk/DISK_NORMAL");
    }

    @Override
    public void run(Site site) {
        site.set("AutoDecommissionDiskIntervalMs", "1200000");
        JsonNode disk = site.load.aDiskInUse();
        String node = disk.path("node").asText();
        Path path = Site.directory(disk);
        site.cluster.kill(node);
        Mounted mount = Mounted.at(path);
        site.mounts.add(mount); // it stays one: a disk that was a mount is no plain directory any more
        site.cluster.startAgain(node);
        site.awaitAlive(node, true);
        site.load.awaitAllInSync();
        List<Long> replicas = site.replicasOn(disk);
        mount.takeAway();
        site.awaitBroken(disk);
        assertThat(site.recoverInVain(disk)).contains("DISK_NOT_MOUNTED");
        assertThat(path.toFile().list())
                .as("nothing is formatted below the mount")
                .isEmpty();
        mount.putBack();
        site.recover(disk);
        site.load.awaitAllInSync();
        assertThat(site.replicasOn(disk)).containsAll(replicas);
    }
}
