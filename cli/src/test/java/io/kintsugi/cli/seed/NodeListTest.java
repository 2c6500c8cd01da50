package io.kintsugi.cli.seed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kintsugi.cli.CliException;
import io.kintsugi.cli.ExitCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NodeListTest {
    @Test
    void blankLinesAndCommentsAreIgnoredAndDuplicatesKeptOnce() {
        NodeList list = NodeList.ofFile("recover_node_list", """
                # comment line
                10.0.0.1:34801

                  d2.example:34802\t
                ; another
                  # and one more
                10.0.0.1:34801
                [::1]:34803""");
        assertThat(list.nodes()).containsExactly("10.0.0.1:34801", "d2.example:34802", "[::1]:34803");
        assertThat(list.notes()).containsExactly("duplicate replica node 10.0.0.1:34801, just ignore it");
    }

    @Test
    void linesMayEndAsOnWindows() {
        assertThat(NodeList.ofFile("f", "a:1\r\n\r\nb:2\r\n").nodes()).containsExactly("a:1", "b:2");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"a", "a:", ":1", "a:0", "a:65536", "a:x", "a:1 b:2", "a:1,b:2", "a:1 # comment", "http://a:1"})
    void aBadLineIsNamedWithItsNumber(String bad) {
        assertThatThrownBy(() -> NodeList.ofFile("nodes.txt", "# one\n\na:1\n" + bad + "\n"))
                .isInstanceOfSatisfying(CliException.class, e -> {
                    assertThat(e).hasMessage("line 4 of nodes.txt is '" + bad + "': no host:port");
                    assertThat(e.reason()).isEqualTo("BAD_NODE_LIST");
                    assertThat(e.exitCode()).isEqualTo(ExitCode.USAGE);
                });
    }

    @Test
    void aFileWithoutAnyNodeIsRefused() {
        assertThatThrownBy(() -> NodeList.ofFile("nodes.txt", "# none\n\n"))
                .isInstanceOf(CliException.class)
                .hasMessage("nodes.txt names no node");
    }

    @Test
    void aListIsSeparatedByCommas() {
        NodeList list = NodeList.ofText("a:1, b:2,a:1");
        assertThat(list.nodes()).containsExactly("a:1", "b:2");
        assertThat(list.notes()).hasSize(1);
        assertThatThrownBy(() -> NodeList.ofText("a:1,,b:2")).hasMessage("number 2 of the list is '': no host:port");
        assertThatThrownBy(() -> NodeList.ofText("")).hasMessage("number 1 of the list is '': no host:port");
    }
}
