package io.kintsugi.master.plan.rebuild;

import java.util.List;

/** Replicas of a table on a datanode, and the definition that their manifests hold. */
public record TableAnswer(Definition definition, List<ReplicaFound> replicas) {
    public TableAnswer {
        replicas = List.copyOf(replicas);
    }
}
