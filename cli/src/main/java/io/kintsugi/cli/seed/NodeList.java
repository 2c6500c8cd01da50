package io.kintsugi.cli.seed;

import io.kintsugi.cli.CliException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The datanodes that a recovery asks, as {@code recover -f FILE} and {@code -s LIST} name them.
 *
 * @param nodes {@code host:port}, in the order in which they are given, each once
 * @param notes what an operator should know of the list, a line each
 */
public record NodeList(List<String> nodes, List<String> notes) {
    private static final Pattern ADDRESS = Pattern.compile("(?:[A-Za-z0-9_.-]+|\\[[0-9A-Fa-f:.]+])(?::(\\d{1,5}))");
    private static final int MAX_PORT = 65_535;
    private static final String FORM =
            "Write one host:port a line; blank lines and lines that begin with # or ; are ignored";

    public NodeList {
        nodes = List.copyOf(nodes);
        notes = List.copyOf(notes);
    }

    /**
     * One a line; blank lines, and those that begin with {@code #} or {@code ;}, are ignored.
     *
     * @param name of the file, for messages
     * @param text its content
     * @throws CliException for a line that is none of these, named by its number, and for a file without any datanode
     */
    public static NodeList ofFile(String name, String text) {
        Set<String> nodes = new LinkedHashSet<>();
        List<String> notes = new ArrayList<>();
        int number = 0;
        for (String line : text.lines().toList()) {
            number++;
            String node = line.strip();
            if (node.isEmpty() || node.startsWith("#") || node.startsWith(";")) {
                continue;
            }
            if (!isAddress(node)) {
                throw CliException.usage(
                        "BAD_NODE_LIST", "line " + number + " of " + name + " is '" + node + "': no host:port", FORM);
            }
            add(node, nodes, notes);
        }
        if (nodes.isEmpty()) {
            throw CliException.usage("BAD_NODE_LIST", name + " names no node", FORM);
        }
        return new NodeList(List.copyOf(nodes), notes);
    }

    /**
     * Separated by commas.
     *
     * @throws CliException for a part that is no {@code host:port}, named by its place
     */
    public static NodeList ofText(String list) {
        Set<String> nodes = new LinkedHashSet<>();
        List<String> notes = new ArrayList<>();
        int number = 0;
        for (String part : list.split(",", -1)) {
            number++;
            String node = part.strip();
            if (!isAddress(node)) {
                throw CliException.usage(
                        "BAD_NODE_LIST",
                        "number " + number + " of the list is '" + node + "': no host:port",
                        "Write host:port,host:port");
            }
            add(node, nodes, notes);
        }
        return new NodeList(List.copyOf(nodes), notes);
    }

    private static void add(String node, Set<String> nodes, List<String> notes) {
        if (!nodes.add(node)) {
            notes.add("duplicate replica node " + node + ", just ignore it");
        }
    }

    private static boolean isAddress(String node) {
        Matcher address = ADDRESS.matcher(node);
        if (!address.matches()) {
            return false;
        }
        int port = Integer.parseInt(address.group(1));
        return port > 0 && port <= MAX_PORT;
    }
}
