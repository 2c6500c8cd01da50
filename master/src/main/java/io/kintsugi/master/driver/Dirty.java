package io.kintsugi.master.driver;

import io.kintsugi.master.model.ClusterView;
import io.kintsugi.master.model.Disk;
import java.util.LinkedHashSet;
import java.util.Set;

/** What drivers have to look at in this step: nothing else is looked at. */
final class Dirty {
    final Set<Integer> partitions = new LinkedHashSet<>();
    final Set<Integer> nodes = new LinkedHashSet<>();
    final Set<Integer> disks = new LinkedHashSet<>();
    final Set<Integer> tables = new LinkedHashSet<>();
    final Set<Long> ops = new LinkedHashSet<>();
    /** Every op that hasn't ended: there are few. */
    boolean allOps;

    boolean settings;
    boolean reaper;
    boolean brake;
    boolean repair;
    boolean verify;
    boolean balance;

    void add(Subject subject) {
        switch (subject.kind()) {
            case PARTITION -> partitions.add((int) subject.id());
            case OP -> ops.add(subject.id());
            case NODE -> nodes.add((int) subject.id());
            case DISK -> disks.add((int) subject.id());
            case TABLE -> tables.add((int) subject.id());
            case LOOP -> {
                reaper |= subject.equals(Subject.REAPER);
                brake |= subject.equals(Subject.BRAKE);
                repair |= subject.equals(Subject.REPAIR);
                verify |= subject.equals(Subject.VERIFY);
                balance |= subject.equals(Subject.BALANCE);
            }
        }
    }

    /** A node came, went, or has another disk: everything that is on it, and all ops, may go on or not. */
    void nodeAndAllOnIt(ClusterView cluster, int node) {
        nodes.add(node);
        allOps = true;
        for (Disk disk : cluster.disksOfNode(node)) {
            disks.add(disk.id());
            partitions.addAll(cluster.partitionsOnDisk(disk.id()));
        }
    }

    void diskAndAllOnIt(ClusterView cluster, int disk) {
        disks.add(disk);
        allOps = true;
        partitions.addAll(cluster.partitionsOnDisk(disk));
    }
}
