package io.kintsugi.cli.output;

import java.util.Locale;

/** A progress bar: {@code [########............]  40.0 %}. */
public final class Bar {
    private static final int WIDTH = 20;

    private Bar() {}

    /** @param percent 0 to 100; the bar is full at 100 only */
    public static String of(double percent) {
        double bounded = Math.clamp(percent, 0, 100);
        int filled = (int) (bounded * WIDTH / 100);
        return "[" + "#".repeat(filled) + ".".repeat(WIDTH - filled) + "] "
                + String.format(Locale.ROOT, "%5.1f %%", bounded);
    }
}
