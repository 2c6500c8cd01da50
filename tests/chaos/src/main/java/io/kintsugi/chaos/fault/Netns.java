package io.kintsugi.chaos.fault;

import io.kintsugi.chaos.ProcessCluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Cuts between a cluster's processes, by a packet filter in this JVM's own network namespace: nothing outside it is touched, and all of it
 * vanishes with the last process. Each process has a loopback address of its own and, with the {@link FaultShim}, connects from it, so
 * a pair of addresses is a link.
 */
public final class Netns {
    private static final String TABLE = "inet kintsugi_chaos";

    private static final String QUEUE = "77";
    private static Process delay;

    private Netns() {}

    /** Why no link can be cut here. */
    public static Optional<String> unavailable() {
        return Namespaces.unavailable()
                .or(FaultShim::unavailable)
                .or(() -> Command.exists("nft") ? Optional.empty() : Optional.of("cuts need nft (package nftables)"));
    }

    /** Makes the filter, without rules. To be called before the first cut. */
    public static void open() {
        nft("add table " + TABLE + "; delete table " + TABLE + "; add table " + TABLE);
        nft("add chain " + TABLE + " cuts { type filter hook input priority 0; }");
    }

    /** Nothing that {@code from} sends reaches {@code to} any more; without answers a connection dies both ways soon. */
    public static void cutOneWay(String from, String to) {
        nft("add rule " + TABLE + " cuts ip saddr " + from + " ip daddr " + to + " drop");
    }

    public static void cut(String a, String b) {
        cutOneWay(a, b);
        cutOneWay(b, a);
    }

    /** {@code host} is alone: it hears nobody and nobody hears it, itself excepted. */
    public static void isolate(String host) {
        nft("add rule " + TABLE + " cuts ip saddr " + host + " ip daddr != " + host + " drop");
        nft("add rule " + TABLE + " cuts ip daddr " + host + " ip saddr != " + host + " drop");
    }

    /**
     * So many of a hundred packets from one to the other are lost. What TCP makes of it is delay: a lost packet costs a time-out, and what
     * was sent after it waits.
     */
    public static void lose(String from, String to, int percent) {
        nft("add rule " + TABLE + " cuts ip saddr " + from + " ip daddr " + to + " numgen random mod 100 < " + percent
                + " drop");
    }

    /** Why no link can be slowed down here. */
    public static Optional<String> delayUnavailable() {
        return unavailable()
                .or(() -> Command.exists("iptables")
                        ? Optional.empty()
                        : Optional.of("delays need iptables (nft's queues aren't in every kernel)"));
    }

    /** Everything that {@code from} sends reaches {@code to} so much later. One delay at a time. */
    public static synchronized void delay(String from, String to, long millis) {
        Path program = NativeTool.build(ProcessCluster.repository(), "delay.c", "delay");
        try {
            endDelay();
            delay = new ProcessBuilder("" + program, QUEUE, "" + millis)
                    .redirectErrorStream(true)
                    .start();
            if (delay.getInputStream().read() != 'r') { // "ready"
                throw new IllegalStateException(program + " can't hold packets");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Command.run(
                "iptables",
                "-w",
                "-A",
                "INPUT",
                "-s",
                from,
                "-d",
                to,
                "-j",
                "NFQUEUE",
                "--queue-num",
                QUEUE,
                "--queue-bypass");
    }

    /** All links are whole again, and as fast as before. */
    public static synchronized void heal() {
        nft("flush chain " + TABLE + " cuts");
        endDelay();
    }

    private static void endDelay() {
        if (delay != null) {
            Command.run("iptables", "-w", "-F", "INPUT");
            delay.destroy();
            delay = null;
        }
    }

    private static void nft(String rules) {
        Command.run("nft", rules);
    }
}
