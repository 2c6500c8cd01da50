package io.kintsugi.master.transport;

import io.kintsugi.master.model.Disk;
import io.kintsugi.master.model.DiskStatus;
import io.kintsugi.master.model.Member;
import io.kintsugi.master.model.Node;
import io.kintsugi.master.model.Op;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.model.Table;
import io.kintsugi.master.view.View;
import java.util.Map;
import java.util.Optional;

/** Finds what an operator names, or says what there is: an {@link ApiException}. */
public final class Names {
    private Names() {}

    static Node node(View view, String name) {
        return known(view, name)
                .orElseThrow(() -> ApiException.notFound(
                        "NO_SUCH_NODE",
                        "there is no datanode '" + name + "'; there are "
                                + view.cluster().nodes().stream()
                                        .map(Node::name)
                                        .toList()));
    }

    /** By its name, or by the address at which it serves. */
    private static Optional<Node> known(View view, String name) {
        return view.cluster().nodeByName(name).or(() -> view.cluster().nodes().stream()
                .filter(n -> n.address().equals(name))
                .findFirst());
    }

    /** One that was removed is found while there is no other at its path. */
    public static Disk disk(View view, String node, String path) {
        int id = node(view, node).id();
        return view.cluster().disksOfNode(id).stream()
                .filter(d -> d.path().equals(path) && d.present())
                .findFirst()
                .or(() -> removed(view, id, path))
                .orElseThrow(() -> ApiException.notFound(
                        "NO_SUCH_DISK",
                        "datanode " + node + " has no disk '" + path + "'; it has "
                                + view.cluster().disksOfNode(id).stream()
                                        .filter(Disk::present)
                                        .map(Disk::path)
                                        .toList()));
    }

    private static Optional<Disk> removed(View view, int node, String path) {
        return view.cluster().disksOfNode(node).stream()
                .filter(d -> d.path().equals(path) && d.status() == DiskStatus.REMOVED)
                .reduce((older, newer) -> newer);
    }

    static Table table(View view, String name) {
        return view.cluster()
                .tableByName(name)
                .orElseThrow(() -> ApiException.notFound("NO_SUCH_TABLE", "there is no table '" + name + "'"));
    }

    /** @param name an id, or {@code table.index} */
    static Partition partition(View view, String name) {
        int dot = name.lastIndexOf('.');
        int number = number(name.substring(dot + 1));
        if (number < 0) {
            throw ApiException.badRequest(
                    "BAD_PARTITION", "'" + name + "' is no partition: give an id, or TABLE.INDEX as in orders.3");
        }
        Optional<Partition> found = dot < 0
                ? view.cluster().partition(number)
                : view
                        .cluster()
                        .partitionsOfTable(table(view, name.substring(0, dot)).id())
                        .stream()
                        .filter(p -> p.index() == number)
                        .findFirst();
        return found.orElseThrow(
                () -> ApiException.notFound("NO_SUCH_PARTITION", "there is no partition '" + name + "'"));
    }

    private static int number(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    /** The partition's member at {@code node} or {@code node:path}. */
    public static Member member(View view, Partition p, String place) {
        Place at = place(view, place);
        return p.members().stream()
                .filter(m -> m.node() == at.node() && (at.disk() == 0 || m.disk() == at.disk()))
                .findFirst()
                .orElseThrow(() -> new ApiException(
                        409,
                        "NOT_A_MEMBER",
                        view.partitionName(p) + " has no replica on " + place + "; it has on "
                                + p.members().stream()
                                        .map(m -> view.diskName(m.disk()))
                                        .toList(),
                        Map.of()));
    }

    /** A datanode, or one disk of it ({@code disk} 0 for any). */
    public record Place(int node, int disk) {
        public static final Place ANY = new Place(0, 0);
    }

    /** @param place {@code node} or {@code node:path} */
    static Place place(View view, String place) {
        int colon = place.indexOf(':');
        if (colon < 0 || known(view, place).isPresent()) {
            return new Place(node(view, place).id(), 0);
        }
        Disk disk = disk(view, place.substring(0, colon), place.substring(colon + 1));
        return new Place(disk.node(), disk.id());
    }

    static Op op(View view, String id) {
        try {
            return view.cluster()
                    .op(Long.parseLong(id))
                    .orElseThrow(() -> ApiException.notFound(
                            "NO_SUCH_OP", "there is no op " + id + " (ended ones are kept for a bounded time)"));
        } catch (NumberFormatException e) {
            throw ApiException.badRequest("BAD_OP", "'" + id + "' is no op: ops have numbers, see `op ls`");
        }
    }
}
