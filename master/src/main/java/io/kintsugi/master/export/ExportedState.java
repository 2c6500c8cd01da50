package io.kintsugi.master.export;

import io.kintsugi.master.event.EventLog;
import io.kintsugi.master.state.ClusterState;
import io.kintsugi.master.state.MasterCore;
import io.kintsugi.master.state.StoredRows;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * An export that was read and found whole: its state, as a master would have it that starts with these rows.
 *
 * @param violations what of the state's invariants it breaks, a sentence each: none, unless the program that made it had a bug
 */
public record ExportedState(ExportHeader header, ExportTrailer trailer, ClusterState state, List<String> violations) {

    /** Reads a file. @throws ExportException for anything but a whole export of this version */
    public static ExportedState read(Path file) throws IOException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            return read(in);
        }
    }

    /** Reads a stream to its end. @throws ExportException for anything but a whole export of this version */
    public static ExportedState read(InputStream in) throws IOException {
        MasterCore core = new MasterCore();
        core.empty();
        ExportHeader[] header = new ExportHeader[1];
        ExportTrailer trailer;
        try {
            trailer = ExportReader.read(in, h -> header[0] = h, (table, key, value) -> {
                if (table != EventLog.TABLE) {
                    core.load(table, key, value);
                }
            });
        } catch (IllegalArgumentException e) { // a table or a word that only a newer program knows
            throw ExportException.version(e.getMessage());
        }
        ClusterState state = core.loaded();
        return new ExportedState(header[0], trailer, state, StoredRows.violations(state));
    }
}
