package io.kintsugi.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Command lines against a master that answers what the test says. */
public abstract class CliTest {
    @TempDir
    protected Path home;

    protected FakeMaster master;
    protected Run run;

    @BeforeEach
    final void open() throws IOException {
        master = new FakeMaster();
        run = new Run(home).env("KINTSUGI_MASTERS", master.address());
    }

    @AfterEach
    final void close() {
        master.close();
    }

    /** The bodies of what was asked with this method and path, in order. */
    protected final List<String> bodies(String methodAndPath) {
        return master.asked().stream()
                .filter(asked -> (asked.method() + " " + asked.path()).equals(methodAndPath))
                .map(FakeMaster.Asked::body)
                .toList();
    }
}
