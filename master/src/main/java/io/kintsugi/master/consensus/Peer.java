package io.kintsugi.master.consensus;

/**
 * A member of the Raft group. A master that lost its store comes back under its name with another id: what the old one promised died
 * with it.
 *
 * @param id {@code name-random}
 * @param address {@code host:port} of Raft
 */
public record Peer(String id, String address) {
    public String name() {
        return nameOf(id);
    }

    static String nameOf(String id) {
        return id.substring(0, id.lastIndexOf('-'));
    }
}
