package io.kintsugi.datanode.drill;

import java.util.Locale;

/** What can be planted. */
public enum Drill {
    BREAK_DISK(
            "the disk fails as by an I/O error: given up and reported. Off: told only; it works again by what revives broken "
                    + "disks, or after a restart of the datanode"),
    BREAK_REPLICA("the replica fails as by a checksum: closed and reported, its files stay. Off: reloaded"),
    EXTRA_PEER(
            "the replica's stored configuration names a replica that there isn't, and the replica is reloaded with it. Off: taken out, "
                    + "unless a higher epoch came meanwhile"),
    MISSING_PEER(
            "the replica's stored configuration lacks another member, and the replica is reloaded with it. Off: put back, unless a "
                    + "higher epoch came meanwhile");

    private final String meaning;

    Drill(String meaning) {
        this.meaning = meaning;
    }

    /** {@code break-disk}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    String meaning() {
        return meaning;
    }

    static Drill parse(String text) {
        for (Drill drill : values()) {
            if (drill.text().equals(text)) {
                return drill;
            }
        }
        throw new IllegalArgumentException("there is no drill '" + text + "'");
    }
}
