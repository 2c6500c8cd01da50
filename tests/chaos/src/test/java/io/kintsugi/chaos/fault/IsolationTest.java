package io.kintsugi.chaos.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Cuts and small disks, in namespaces of the test's own. Tier 2: unshare (root or user namespaces), nft, gcc. */
@Tag("chaos")
class IsolationTest {
    private static final String A = "127.77.0.1";
    private static final String B = "127.77.0.2";

    @Test
    void aCutLinkIsCutAndTheOthersAreNot() throws IOException {
        Tier.requires("aCutLinkIsCutAndTheOthersAreNot", Netns.unavailable());
        Netns.open();
        try (ServerSocket server = new ServerSocket(0, 8, InetAddress.getByName(B))) {
            connect(A, server);
            Netns.cut(A, B);
            assertThatThrownBy(() -> connect(A, server)).isInstanceOf(IOException.class);
            connect("127.77.0.3", server);
            Netns.heal();
            connect(A, server);
            Netns.isolate(B);
            assertThatThrownBy(() -> connect(A, server)).isInstanceOf(IOException.class);
            Netns.heal();
            Netns.lose(A, B, 10);
            Netns.heal();
            connect(A, server);
        }
    }

    @Test
    void aDelayedLinkIsSlowAndWholeAgain() throws IOException {
        Tier.requires("aDelayedLinkIsSlowAndWholeAgain", Netns.delayUnavailable());
        Netns.open();
        try (ServerSocket server = new ServerSocket(0, 8, InetAddress.getByName(B))) {
            Netns.delay(A, B, 200);
            long begin = System.nanoTime();
            connect(A, server);
            // a lower bound holds however busy the machine is
            assertThat(System.nanoTime() - begin)
                    .isGreaterThan(Duration.ofMillis(190).toNanos());
            Netns.delay(A, B, 60_000);
            assertThatThrownBy(() -> connect(A, server)).isInstanceOf(IOException.class);
            Netns.heal();
            connect(A, server);
        }
    }

    @Test
    void aSmallDiskIsFullAndHasRoomAgain(@TempDir Path dir) throws IOException {
        Tier.requires("aSmallDiskIsFullAndHasRoomAgain", SmallDisk.unavailable());
        Path disk = dir.resolve("disk");
        try (SmallDisk small = SmallDisk.mount(disk, 1 << 20)) {
            Files.write(disk.resolve("a"), new byte[1 << 19]);
            small.fill();
            assertThatThrownBy(() -> Files.write(disk.resolve("b"), new byte[1 << 16]))
                    .hasMessageContaining("No space left");
            small.empty();
            Files.write(disk.resolve("b"), new byte[1 << 16]);
        }
        assertThat(disk.resolve("a")).doesNotExist();
    }

    private static void connect(String from, ServerSocket to) throws IOException {
        try (Socket socket = new Socket()) {
            socket.bind(new InetSocketAddress(from, 0));
            socket.connect(to.getLocalSocketAddress(), 2_000);
        }
    }
}
