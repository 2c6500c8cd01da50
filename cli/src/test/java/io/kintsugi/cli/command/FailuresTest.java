package io.kintsugi.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.kintsugi.cli.CliTest;
import io.kintsugi.cli.Context;
import io.kintsugi.cli.ExitCode;
import io.kintsugi.cli.FakeMaster;
import io.kintsugi.cli.Run;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Refusals, dead masters, elections under way, and which cluster is meant. */
class FailuresTest extends CliTest {
    private static final String NO_LEADER = "{\"reason\":\"NO_LEADER\",\"message\":\"no leader is known\"}";

    @Test
    void aRefusalShowsMessageReasonAndRemedy() {
        master.on(
                "POST /v1/tables",
                409,
                "{\"reason\":\"TABLE_EXISTS\",\"message\":\"table t exists\",\"details\":{\"remedy\":\"Choose another name.\"}}");
        assertThat(run.run("table", "create", "t")).isEqualTo(ExitCode.REFUSED);
        assertThat(run.err()).isEqualTo("error: table t exists [TABLE_EXISTS]\n  Choose another name.\n");
        assertThat(run.out()).isEmpty();
    }

    @Test
    void exitCodesFollowTheStatus() {
        master.on("GET /v1/tables/t", 404, "{\"reason\":\"NO_SUCH_TABLE\",\"message\":\"no table t\"}");
        master.on("POST /v1/tables", 400, "{\"reason\":\"BAD_NAME\",\"message\":\"no name\"}");
        master.on("GET /v1/tables", 500, "{\"reason\":\"INTERNAL\",\"message\":\"oops\"}");
        assertThat(run.run("table", "info", "t")).isEqualTo(ExitCode.NOT_FOUND);
        assertThat(run.run("table", "create", "?")).isEqualTo(ExitCode.USAGE);
        assertThat(run.run("table", "ls")).isEqualTo(ExitCode.FAILED);
    }

    @Test
    void aDeadMasterDoesntStopACommand() throws IOException {
        master.on("GET /v1/nodes", 200, "[]");
        assertThat(run.run("node", "ls", "--master", deadAddress() + "," + master.address()))
                .isZero();
    }

    @Test
    void noMasterAtAllIsFoundOutWithoutWaiting() throws IOException {
        assertThat(run.run("node", "ls", "--master", deadAddress())).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(run.err()).contains("[CLUSTER_UNREACHABLE]").contains("--master");
        assertThat(run.secondsWaited()).isZero();
    }

    @Test
    void anElectionIsWaitedForUnderOneRequestId() {
        master.on("POST /v1/disks/decommission", 503, NO_LEADER)
                .on("POST /v1/disks/decommission", 503, NO_LEADER)
                .on("POST /v1/disks/decommission", 200, "{\"id\":7}");
        assertThat(run.run("disk", "decommission", "d1:/a")).isZero();
        assertThat(master.asked()).hasSize(3);
        assertThat(master.asked().stream().map(FakeMaster.Asked::requestId).distinct())
                .hasSize(1);
    }

    @Test
    void anElectionThatNeverEndsIsUnreachable() {
        master.on("GET /v1/nodes", 503, NO_LEADER);
        assertThat(run.run("node", "ls", "--timeout", "3")).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(run.err()).contains("[NO_LEADER]");
        assertThat(run.secondsWaited()).isEqualTo(3);
    }

    @Test
    void withoutAClusterTheRemedyIsNamed() {
        var bare = new Run(home);
        assertThat(bare.run("node", "ls")).isEqualTo(ExitCode.USAGE);
        assertThat(bare.err()).contains("[NO_CLUSTER]").contains("kintsugi onebox start");
    }

    @Test
    void theContextIsUsedLast() throws IOException {
        master.on("GET /v1/nodes", 200, "[]");
        new Context(List.of(master.address()), "box").write(home);
        var bare = new Run(home);
        assertThat(bare.run("node", "ls")).isZero();
        assertThat(bare.env("KINTSUGI_MASTERS", deadAddress()).run("node", "ls"))
                .isEqualTo(ExitCode.UNREACHABLE);
        assertThat(bare.run("node", "ls", "--master", master.address())).isZero();
        Context.forget(home, "another");
        assertThat(Context.read(home)).isPresent();
        Context.forget(home, "box");
        assertThat(Context.read(home)).isEmpty();
    }

    @Test
    void badAddressesAreRefused() {
        assertThat(run.run("node", "ls", "--master", "host:seventeen")).isEqualTo(ExitCode.USAGE);
        assertThat(run.err()).contains("[BAD_ADDRESS]");
    }

    private static String deadAddress() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return "127.0.0.1:" + socket.getLocalPort();
        }
    }
}
