package io.kintsugi.master.plan.rebuild;

import java.util.Comparator;

/** A manifest that can't be read, or isn't of the replica beside which it lies. @param path on its datanode */
public record DamagedManifest(String path, String why) implements Comparable<DamagedManifest> {
    private static final Comparator<DamagedManifest> ORDER =
            Comparator.comparing(DamagedManifest::path).thenComparing(DamagedManifest::why);

    @Override
    public int compareTo(DamagedManifest other) {
        return ORDER.compare(this, other);
    }
}
