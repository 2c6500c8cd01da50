package io.kintsugi.cli.command;

import io.kintsugi.cli.CliException;
import io.kintsugi.cli.ExitCode;
import io.kintsugi.cli.api.Api;
import io.kintsugi.master.export.ExportException;
import io.kintsugi.master.export.ExportedState;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** {@code meta export} and {@code meta inspect}: a file is either a whole export under its name, or isn't there. */
final class MetadataExport {
    private static final String PATH = "/v1/meta/export";

    private MetadataExport() {}

    /** Fetches one to {@code FILE.tmp}, verifies and syncs it, and gives it its name. A failure leaves no file behind. */
    static ExportedState write(Api api, Path file, boolean force) {
        if (Files.exists(file) && !force) {
            throw new CliException(
                    ExitCode.REFUSED,
                    "FILE_EXISTS",
                    file + " is there already",
                    "Name another file, or replace it with --force.");
        }
        Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
        try {
            try {
                api.download(PATH, temporary);
                ExportedState export = read(temporary);
                sync(temporary, StandardOpenOption.WRITE);
                Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
                sync(file.toAbsolutePath().getParent(), StandardOpenOption.READ);
                return export;
            } finally {
                Files.deleteIfExists(temporary);
            }
        } catch (IOException e) {
            throw new CliException(
                    ExitCode.FAILED,
                    "FILE_NOT_WRITTEN",
                    "can't write " + file + ": " + e,
                    "Nothing was left there; name a file in a directory that exists and has room.");
        }
    }

    /** Verifies one. */
    static ExportedState read(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new CliException(ExitCode.NOT_FOUND, "NO_SUCH_FILE", "there is no file " + file, null);
        }
        try {
            return ExportedState.read(file);
        } catch (ExportException e) {
            throw new CliException(
                    ExitCode.FAILED,
                    e.reason(),
                    file + ": " + e.getMessage(),
                    e.reason().equals("EXPORT_VERSION")
                            ? "Read it with the version of Kintsugi that wrote it, or a newer one."
                            : "Nothing of it can be trusted: take another copy, or export again.");
        } catch (IOException e) {
            throw new CliException(ExitCode.FAILED, "FILE_NOT_READ", "can't read " + file + ": " + e, null);
        }
    }

    private static void sync(Path fileOrDirectory, StandardOpenOption option) throws IOException {
        try (FileChannel channel = FileChannel.open(fileOrDirectory, option)) {
            channel.force(true);
        }
    }
}
