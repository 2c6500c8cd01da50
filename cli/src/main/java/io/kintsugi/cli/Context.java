package io.kintsugi.cli;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Properties;

/**
 * Which cluster the commands talk to when nothing else says so: a small file that {@code onebox start} writes.
 *
 * @param masters {@code host:port} of the masters' HTTP listeners
 * @param onebox name of the onebox that it belongs to; empty for none
 */
public record Context(List<String> masters, String onebox) {
    private static final int DEFAULT_PORT = 17010;

    /** The context in this file; empty when there is none. */
    public static Optional<Context> read(Path home) {
        Path file = file(home);
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try {
            var properties = new Properties();
            properties.load(new StringReader(Files.readString(file)));
            return Optional.of(
                    new Context(parse(properties.getProperty("masters", "")), properties.getProperty("onebox", "")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Puts this context in place of the present one, in one step. */
    public void write(Path home) {
        try {
            Files.createDirectories(home);
            Path temporary = home.resolve("context.new");
            Files.writeString(temporary, "masters=" + String.join(",", masters) + "\nonebox=" + onebox + "\n");
            Files.move(temporary, file(home), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Removes the context if it belongs to this onebox. */
    public static void forget(Path home, String onebox) {
        if (read(home).filter(context -> context.onebox.equals(onebox)).isPresent()) {
            try {
                Files.deleteIfExists(file(home));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** The masters to talk to: the option, else KINTSUGI_MASTERS, else the context. */
    public static List<String> resolve(List<String> option, Session session) {
        if (!option.isEmpty()) {
            return parse(String.join(",", option));
        }
        String variable = session.env().getOrDefault("KINTSUGI_MASTERS", "");
        if (!variable.isBlank()) {
            return parse(variable);
        }
        List<String> known = read(session.home()).map(Context::masters).orElse(List.of());
        if (known.isEmpty()) {
            throw CliException.usage(
                    "NO_CLUSTER",
                    "no cluster is named, and there is no context in " + file(session.home()),
                    "Name its masters with --master host[:port],… or KINTSUGI_MASTERS, or start one here: kintsugi onebox start");
        }
        return known;
    }

    static Path file(Path home) {
        return home.resolve("context");
    }

    private static List<String> parse(String text) {
        return Arrays.stream(text.split("[,\\s]+"))
                .filter(part -> !part.isBlank())
                .map(Context::withPort)
                .toList();
    }

    private static String withPort(String address) {
        String plain = address.replaceFirst("^http://", "").replaceFirst("/+$", "");
        int colon = plain.lastIndexOf(':');
        String port = colon < 0 ? "" + DEFAULT_PORT : plain.substring(colon + 1);
        String host = colon < 0 ? plain : plain.substring(0, colon);
        if (host.isEmpty() || !port.matches("[0-9]{1,5}") || Integer.parseInt(port) > 65535) {
            throw CliException.usage(
                    "BAD_ADDRESS",
                    "'" + address + "' isn't a master's address",
                    "Write host or host:port, several with commas between.");
        }
        return host + ":" + port;
    }
}
