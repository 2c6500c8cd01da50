package io.kintsugi.master.transport.cubefs;

import io.kintsugi.master.model.Node;
import io.kintsugi.master.model.Nodeset;
import io.kintsugi.master.view.View;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Zones and nodesets. */
final class TopologyJson {
    private TopologyJson() {}

    static Set<String> zones(View view) {
        Set<String> zones = new TreeSet<>();
        view.cluster().nodesets().forEach(n -> zones.add(n.zone()));
        view.cluster().nodes().forEach(n -> zones.add(n.zone()));
        return zones;
    }

    static List<Node> nodesOfZone(View view, String zone) {
        return view.cluster().nodes().stream()
                .filter(n -> n.zone().equals(zone))
                .toList();
    }

    private static List<Node> nodes(View view, Nodeset nodeset) {
        return view.cluster().nodes().stream()
                .filter(n -> n.nodeset() == nodeset.id())
                .toList();
    }

    static JsonObject zone(View view, String name) {
        JsonObject nodesets = new JsonObject();
        for (Nodeset nodeset : view.cluster().nodesets()) {
            if (nodeset.zone().equals(name)) {
                List<Node> nodes = nodes(view, nodeset);
                nodesets.put(
                        Integer.toString(nodeset.id()),
                        new JsonObject()
                                .put("DataNodeLen", nodes.size())
                                .put("MetaNodeLen", 0)
                                .put("MetaNodes", List.of())
                                .put(
                                        "DataNodes",
                                        nodes.stream()
                                                .map(n -> NodeJson.view(view, n))
                                                .toList()));
            }
        }
        return new JsonObject()
                .put("Name", name)
                .put("Status", "available")
                .put("DataNodesetSelector", "")
                .put("MetaNodesetSelector", "")
                .put("NodeSet", nodesets)
                .put("DataMediaType", "SSD");
    }

    static List<JsonObject> zoneRows(View view) {
        return zones(view).stream().map(z -> zone(view, z)).toList();
    }

    /** @param zone "" for all */
    static List<JsonObject> nodesetRows(View view, String zone) {
        return view.cluster().nodesets().stream()
                .filter(n -> zone.isEmpty() || n.zone().equals(zone))
                .map(n -> row(view, n))
                .toList();
    }

    private static JsonObject sizes(View view, Nodeset n) {
        return new JsonObject()
                .put("ID", n.id())
                .put("Capacity", n.capacity())
                .put("Zone", n.zone())
                .put("CanAllocMetaNodeCnt", 0)
                .put("CanAllocDataNodeCnt", canTake(view, n));
    }

    private static JsonObject row(View view, Nodeset n) {
        return sizes(view, n)
                .put("MetaNodeNum", 0)
                .put("DataNodeNum", nodes(view, n).size());
    }

    static JsonObject nodeset(View view, Nodeset n) {
        return sizes(view, n)
                .put("MetaNodes", List.of())
                .put(
                        "DataNodes",
                        nodes(view, n).stream().map(node -> member(view, node)).toList())
                .put("DataNodeSelector", "")
                .put("MetaNodeSelector", "");
    }

    private static int canTake(View view, Nodeset n) {
        return Math.max(0, n.capacity() - nodes(view, n).size());
    }

    private static JsonObject member(View view, Node n) {
        Space space = Space.ofDisks(view, DiskJson.present(view, n));
        return new JsonObject()
                .put("Addr", n.address())
                .put("Status", view.reports().alive(n.id()))
                .put("DomainAddr", "")
                .put("ID", n.id())
                .put("IsWritable", NodeJson.writable(view, n))
                .put("Total", space.total())
                .put("Used", space.used())
                .put("Avail", space.available());
    }
}
