package io.kintsugi.common.net;

/** An address {@code host:port}. */
public record HostPort(String host, int port) {
    public HostPort {
        if (host.isEmpty() || port < 0 || port > 65_535) {
            throw new IllegalArgumentException(
                    "'" + host + ":" + port + "' is no address: write host:port with a port from 0 to 65535");
        }
    }

    /** @throws IllegalArgumentException names the text and the form that is wanted */
    public static HostPort parse(String text) {
        int colon = text.lastIndexOf(':');
        try {
            return new HostPort(text.substring(0, Math.max(0, colon)), Integer.parseInt(text.substring(colon + 1)));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "'" + text + "' is no address: write host:port with a port from 0 to 65535", e);
        }
    }

    @Override
    public String toString() {
        return host + ":" + port;
    }
}
