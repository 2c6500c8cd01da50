package io.kintsugi.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.kintsugi.cli.CliException;
import io.kintsugi.cli.ExitCode;
import io.kintsugi.cli.data.RemoteKeyValues;
import java.util.ArrayList;

/** Where gRPC begins: nothing else of the CLI loads it. */
final class DataConnection {
    private DataConnection() {}

    /** Connects to the masters' gRPC addresses, which the admin API tells. */
    static RemoteKeyValues open(Root root) {
        var addresses = new ArrayList<String>();
        for (JsonNode master : root.api().get("/v1/cluster").path("masters")) {
            if (master.path("grpc").isTextual()) {
                addresses.add(master.path("grpc").asText());
            }
        }
        if (addresses.isEmpty()) {
            throw new CliException(
                    ExitCode.UNREACHABLE,
                    "UNINITIALIZED",
                    "the masters have no cluster yet",
                    "Make one with: kintsugi meta init");
        }
        return RemoteKeyValues.connect(addresses, root.timeoutSeconds * 1000L);
    }
}
