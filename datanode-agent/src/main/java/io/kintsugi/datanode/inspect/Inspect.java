package io.kintsugi.datanode.inspect;

import io.kintsugi.datanode.store.DiskFiles;
import io.kintsugi.datanode.store.RocksEnvironment;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** {@code kintsugi-datanode inspect DIR…}: each DIR is a disk's mount path. */
public final class Inspect {
    private static final int WELL = 0;
    private static final int PROBLEMS = 1;
    private static final long CACHE_BYTES = 8L << 20;

    private Inspect() {}

    /** @return the exit code: 0 when all is as it should be, 1 when there are problems */
    public static int run(List<Path> disks, PrintStream out) throws IOException {
        Path temporary = Files.createTempDirectory("kintsugi-inspect");
        try {
            RocksEnvironment.loadLibrary(temporary);
            boolean well = true;
            try (RocksEnvironment rocks = new RocksEnvironment(CACHE_BYTES, CACHE_BYTES)) {
                for (Path disk : disks) {
                    DiskInspection found = DiskInspection.of(rocks, disk.toAbsolutePath());
                    out.print(InspectionText.of(found));
                    well &= found.well();
                }
            }
            return well ? WELL : PROBLEMS;
        } finally {
            DiskFiles.local().deleteTree(temporary);
        }
    }
}
