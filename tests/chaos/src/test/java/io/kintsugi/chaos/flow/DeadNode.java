package io.kintsugi.chaos.flow;

import java.util.List;

/** A datanode dies and stays dead: its members are replaced. When it is back, what it has left is deleted. */
record DeadNode() implements Flow {
    @Override
    public int takes() {
        return 1;
    }

    @Override
    public List<String> tells() {
        return List.of("op/OP_CREATED", "op/OP_SUCCESS");
    }

    @Override
    public void run(Site site) {
        site.set("ReplicaLostTimeoutMs", "1000");
        List<String> nodes = site.cluster.datanodes();
        String dead = nodes.get(site.random.nextInt(nodes.size()));
        site.cluster.kill(dead);
        site.awaitAlive(dead, false);
        Site.until("all its members are replaced", () -> site.rows("/v1/partitions")
                .noneMatch(p -> Site.stream(p.path("members"))
                        .map(m -> m.path("node").asText())
                        .anyMatch(dead::equals)));
        site.load.awaitAllInSync();
        site.cluster.startAgain(dead);
        site.awaitAlive(dead, true);
    }
}
