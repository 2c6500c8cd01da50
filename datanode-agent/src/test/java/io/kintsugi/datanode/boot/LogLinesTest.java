package io.kintsugi.datanode.boot;

import static io.kintsugi.datanode.boot.TestNodes.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.kintsugi.proto.Member;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Operators look for these lines by their words: docs/reference/datanode.md promises them. */
class LogLinesTest {
    private static final int P = 7;
    private static final Logger HOST = (Logger) LoggerFactory.getLogger("io.kintsugi.datanode.host");

    @TempDir
    Path dir;

    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private Level before;

    @BeforeEach
    void listen() {
        before = HOST.getLevel();
        HOST.setLevel(Level.INFO);
        lines.list = new java.util.concurrent.CopyOnWriteArrayList<>();
        lines.start();
        HOST.addAppender(lines);
    }

    @AfterEach
    void stop() {
        HOST.detachAppender(lines);
        HOST.setLevel(before);
    }

    private List<String> told() {
        return lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    @Test
    void aCopyACatchUpAndAProposalLeaveALineEach() throws IOException {
        try (TestNodes nodes = new TestNodes(dir)) {
            nodes.start("d1");
            nodes.start("d2");
            long source = nodes.master.create(P, "d1").getPrimary();
            String value = "x".repeat(64 << 10);
            for (int i = 0; i < 40; i++) {
                nodes.put(P, "k" + i, i + value);
            }
            Member joining = nodes.master.join(P, "d2");
            String joined = "partition=" + P + " replica=" + joining.getReplica() + " epoch=";
            String primary = "partition=" + P + " replica=" + source;
            eventually().untilAsserted(() -> assertThat(told())
                    .anyMatch(l -> l.matches("COPY_BEGUN " + joined + "\\d+ from=" + source + " at=127.0.0.1:\\d+"))
                    .anyMatch(l -> l.matches(
                            "COPY_DONE " + joined + "\\d+ bytes=[1-9]\\d+ seconds=\\d+\\.\\d{3} up-to=[1-9]\\d*"))
                    .anyMatch(l -> l.matches("CATCH_UP_DONE " + primary + " member=" + joining.getReplica()
                            + " epoch=\\d+ from=\\d+ to=\\d+ seconds=\\d+\\.\\d{3}"))
                    .anyMatch(l -> l.matches("PROPOSAL " + primary + " epoch=\\d+ in-sync=\\[" + source + ", "
                            + joining.getReplica() + "]"))
                    .anyMatch(l -> l.matches("PROPOSAL_SETTLED " + primary + " epoch=\\d+ in-sync=\\[" + source + ", "
                            + joining.getReplica() + "] granted=true")));
        }
    }
}
