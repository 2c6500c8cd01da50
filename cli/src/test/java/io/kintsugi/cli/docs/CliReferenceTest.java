package io.kintsugi.cli.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.kintsugi.cli.Run;
import io.kintsugi.cli.command.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code docs/reference/cli.md} names every command with its parameters and options, and no other. */
class CliReferenceTest {
    private static final Pattern ENTRY =
            Pattern.compile("^`(kintsugi [a-z_ -]*[a-z_])(?: [^`]*)?`$", Pattern.MULTILINE);

    @TempDir
    Path home;

    @Test
    void everyCommandIsThereAndNoOther() throws IOException {
        String page = page();
        var documented = new TreeSet<String>();
        var matcher = ENTRY.matcher(page);
        while (matcher.find()) {
            documented.add(matcher.group(1));
        }
        var real = new TreeSet<String>();
        leaves().forEach(each -> real.add(each.getCommandSpec().qualifiedName()));
        assertThat(documented).isEqualTo(real);
    }

    @Test
    void everyOptionAndParameterIsThere() throws IOException {
        String page = page();
        for (CommandLine leaf : leaves()) {
            String name = leaf.getCommandSpec().qualifiedName();
            String line = page.lines()
                    .filter(each -> each.startsWith("`" + name + "`") || each.startsWith("`" + name + " "))
                    .findFirst()
                    .orElseThrow();
            leaf.getCommandSpec().options().stream()
                    .filter(option -> !option.inherited() && !option.hidden())
                    .forEach(option -> assertThat(line).as(name).containsAnyOf(option.names()));
            leaf.getCommandSpec()
                    .positionalParameters()
                    .forEach(parameter -> assertThat(line).as(name).contains(parameter.paramLabel()));
        }
    }

    private List<CommandLine> leaves() {
        var found = new ArrayList<CommandLine>();
        collect(new Shell(new Run(home).session()).commandLine(), found);
        assertThat(found).hasSizeGreaterThan(20);
        return found;
    }

    private static void collect(CommandLine command, List<CommandLine> into) {
        if (command.getCommandSpec().usageMessage().hidden()) {
            return;
        }
        if (command.getSubcommands().isEmpty()) {
            into.add(command);
        }
        command.getSubcommands().values().stream().distinct().forEach(each -> collect(each, into));
    }

    private static String page() throws IOException {
        Path root = Path.of("").toAbsolutePath();
        while (!Files.exists(root.resolve("LICENSE"))) {
            root = root.getParent();
        }
        return Files.readString(root.resolve("docs/reference/cli.md"));
    }
}
