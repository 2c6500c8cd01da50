package io.kintsugi.cli.demo;

import io.kintsugi.cli.CliException;
import java.util.ArrayList;
import java.util.List;

/**
 * Splits a line into words as a shell does: blanks separate, single and double quotes and backslash keep them. {@code #} begins a
 * comment.
 */
public final class Words {
    private Words() {}

    /** @throws CliException when a quote isn't closed */
    public static List<String> split(String line) {
        var words = new ArrayList<String>();
        StringBuilder word = null;
        char quote = 0;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (quote == 0 && Character.isWhitespace(c)) {
                if (word != null) {
                    words.add(word.toString());
                }
                word = null;
                continue;
            }
            if (quote == 0 && c == '#' && word == null) {
                break;
            }
            word = word == null ? new StringBuilder() : word;
            if (quote != 0 && c == quote) {
                quote = 0;
            } else if (quote == 0 && (c == '\'' || c == '"')) {
                quote = c;
            } else if (c == '\\' && quote != '\'' && i + 1 < line.length()) {
                word.append(line.charAt(++i));
            } else {
                word.append(c);
            }
        }
        if (quote != 0) {
            throw CliException.usage("OPEN_QUOTE", "a quote isn't closed", null);
        }
        if (word != null) {
            words.add(word.toString());
        }
        return words;
    }
}
