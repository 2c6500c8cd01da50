package io.kintsugi.master.consensus;

import io.kintsugi.common.net.HostPort;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where a master is found. Written {@code name=host:http:grpc:raft}. */
public record MasterAddress(String name, String host, int http, int grpc, int raft) {
    private static final Pattern FORM = Pattern.compile("([A-Za-z0-9_.]{1,63})=(.+):(\\d{1,5}):(\\d{1,5}):(\\d{1,5})");

    /** @throws IllegalArgumentException names the text and the form */
    public static MasterAddress parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("'" + text + "' is no master: write name=host:http:grpc:raft,"
                    + " the name of letters, digits, '_' and '.'");
        }
        return new MasterAddress(
                matcher.group(1), matcher.group(2), port(matcher, 3), port(matcher, 4), port(matcher, 5));
    }

    private static int port(Matcher matcher, int group) {
        return new HostPort(matcher.group(2), Integer.parseInt(matcher.group(group))).port();
    }

    public HostPort httpAddress() {
        return new HostPort(host, http);
    }

    public HostPort raftAddress() {
        return new HostPort(host, raft);
    }

    /** The one of this name. @throws IllegalArgumentException if there is none */
    public static MasterAddress find(List<MasterAddress> masters, String name) {
        return masters.stream()
                .filter(m -> m.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no master is named '" + name + "' in " + masters));
    }

    @Override
    public String toString() {
        return name + "=" + host + ":" + http + ":" + grpc + ":" + raft;
    }
}
