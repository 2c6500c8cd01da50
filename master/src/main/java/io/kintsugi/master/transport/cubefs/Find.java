package io.kintsugi.master.transport.cubefs;

import io.kintsugi.master.model.Disk;
import io.kintsugi.master.model.Node;
import io.kintsugi.master.model.Nodeset;
import io.kintsugi.master.model.Partition;
import io.kintsugi.master.model.Table;
import io.kintsugi.master.transport.Names;
import io.kintsugi.master.view.View;
import java.util.Optional;

/** Finds what a request names the original's way: datanodes by their address, partitions by their number. */
final class Find {
    private Find() {}

    /** By address; a name of ours does too. */
    static Optional<Node> optionalNode(View view, String address) {
        return view.cluster().nodes().stream()
                .filter(n -> n.address().equals(address))
                .findFirst()
                .or(() -> view.cluster().nodeByName(address));
    }

    static Node node(View view, Params params) {
        String address = params.text("addr");
        return optionalNode(view, address)
                .orElseThrow(() -> new CubefsException(
                        Codes.NO_DATANODE, "NO_SUCH_NODE: there is no datanode at '" + address + "'"));
    }

    /** By {@code addr} and {@code disk}. */
    static Disk disk(View view, Params params) {
        return Names.disk(view, node(view, params).name(), params.text("disk"));
    }

    static Partition partition(View view, Params params) {
        long id = params.number("id");
        return view.cluster()
                .partition((int) Math.min(id, Integer.MAX_VALUE))
                .orElseThrow(() ->
                        new CubefsException(Codes.NO_PARTITION, "NO_SUCH_PARTITION: there is no partition " + id));
    }

    static Table table(View view, Params params) {
        String name = params.text("name");
        return view.cluster()
                .tableByName(name)
                .orElseThrow(
                        () -> new CubefsException(Codes.NO_VOLUME, "NO_SUCH_TABLE: there is no table '" + name + "'"));
    }

    static Nodeset nodeset(View view, Params params) {
        long id = params.number("nodesetId");
        return view.cluster()
                .nodeset((int) Math.min(id, Integer.MAX_VALUE))
                .orElseThrow(() -> new CubefsException(Codes.NO_NODESET, "NO_SUCH_NODESET: there is no nodeset " + id));
    }

    /** {@code host:port} of a datanode, or "" when it is gone. */
    static String address(View view, int node) {
        return view.cluster().node(node).map(Node::address).orElse("");
    }

    /** Where a disk's datanode listens, or "". */
    static String addressOfDisk(View view, int disk) {
        return view.cluster().disk(disk).map(d -> address(view, d.node())).orElse("");
    }

    static String path(View view, int disk) {
        return view.cluster().disk(disk).map(Disk::path).orElse("");
    }
}
