package io.kintsugi.cli.onebox;

import io.kintsugi.cli.CliException;
import io.kintsugi.cli.ExitCode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** Finds a loopback network in which all of a onebox's ports are free. Derived from its name: the same name likes the same addresses. */
public final class Network {
    private static final int TRIES = 50;

    private Network() {}

    /** @return first three parts of the addresses */
    public static String choose(String name, int masters, int datanodes) {
        int hash = name.hashCode() * 0x9e3779b1;
        for (int i = 0; i < TRIES; i++) {
            int slot = Math.floorMod(hash + i * 7919, 253 * 254);
            String network = "127." + (1 + slot / 254) + "." + (1 + slot % 254);
            if (isFree(new Layout(name, java.nio.file.Path.of(""), network, masters, datanodes, 1))) {
                return network;
            }
        }
        throw new CliException(
                ExitCode.FAILED,
                "NO_LOOPBACK_NETWORK",
                "no loopback network 127.x.y has its ports free",
                "All of 127.0.0.0/8 must be usable without set-up, as it is on Linux.");
    }

    private static boolean isFree(Layout layout) {
        for (Layout.Instance instance : layout.instances()) {
            int[] ports = instance.master()
                    ? new int[] {Layout.HTTP, Layout.GRPC, Layout.RAFT}
                    : new int[] {Layout.DATA_GRPC, Layout.DATA_HTTP};
            for (int port : ports) {
                try (ServerSocket socket = new ServerSocket()) {
                    socket.setReuseAddress(true);
                    socket.bind(new InetSocketAddress(InetAddress.getByName(instance.host()), port));
                } catch (IOException e) {
                    return false;
                }
            }
        }
        return true;
    }
}
