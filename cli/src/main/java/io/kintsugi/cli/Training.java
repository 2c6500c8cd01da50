package io.kintsugi.cli;

import io.kintsugi.cli.command.Shell;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Loads the classes that a class archive should hold, by doing what later runs do. {@code cli}: commands against a server of its own that
 * answers everything with nothing. {@code daemon}: a whole cluster in this process. Run by the launchers, never by people.
 */
public final class Training {
    private static final byte[] ANSWER = answer(
            "{\"masters\":[{\"name\":\"m1\",\"alive\":true}],\"leader\":\"m1\",\"status\":\"Success\",\"op\":1}");

    private Training() {}

    /** @param args {@code cli} or {@code daemon} */
    public static void main(String[] args) throws IOException {
        var session = Session.ofProcess()
                .withStreams(
                        new PrintStream(OutputStream.nullOutputStream()),
                        new PrintStream(OutputStream.nullOutputStream()));
        if (args[0].equals("daemon")) {
            trainDaemons(session);
            return;
        }
        try (var server = new ServerSocket(0, 16, InetAddress.getLoopbackAddress())) {
            Thread.ofPlatform().daemon().start(() -> serve(server));
            String master = "127.0.0.1:" + server.getLocalPort();
            for (String command : List.of(
                    "cluster info",
                    "cluster health",
                    "cluster get",
                    "disk ls",
                    "disk info d1:/a",
                    "op ls",
                    "op show 1",
                    "op watch 1",
                    "op cancel 1",
                    "table ls",
                    "partition ls",
                    "partition info 1",
                    "node ls",
                    "node info d1",
                    "node drain-check d1",
                    "node decommission d1 --dry-run",
                    "disk decommission d1:/a",
                    "explain",
                    "no such")) {
                new Shell(session).run((command + " --master " + master).split(" "));
                new Shell(session).run((command + " -o json --master " + master).split(" "));
            }
            new Shell(session).run("onebox", "list", "--name", "none-of-this-name");
        }
    }

    /** Drains, with some data, so that copying, handing over and deleting are among what is loaded, not only starting and writing. */
    private static void trainDaemons(Session session) throws IOException {
        Path script = Files.createTempFile("kintsugi-training-", "");
        try {
            Files.write(
                    script,
                    List.of(
                            "bench fill --table demo -n 48 --value-size 1048576",
                            "disk decommission d1:disk1 --watch",
                            "disk recommission d1:disk1",
                            "disk decommission d2:disk1 --watch",
                            "disk recommission d2:disk1",
                            "cluster info",
                            "node ls",
                            "partition ls"));
            new Shell(session).run("demo", "--script", script.toString());
        } finally {
            Files.delete(script);
        }
    }

    private static void serve(ServerSocket server) {
        while (!server.isClosed()) {
            try (Socket socket = server.accept()) {
                InputStream in = socket.getInputStream();
                int seen = in.read(new byte[4096]);
                if (seen > 0) {
                    socket.getOutputStream().write(ANSWER);
                }
            } catch (IOException e) {
                return; // the server is closed: training is over
            }
        }
    }

    private static byte[] answer(String json) {
        return ("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: "
                        + json.length() + "\r\n\r\n" + json)
                .getBytes(StandardCharsets.US_ASCII);
    }
}
