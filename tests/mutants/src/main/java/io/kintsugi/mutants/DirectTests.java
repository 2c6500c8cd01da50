package io.kintsugi.mutants;

import java.util.List;
import java.util.function.LongFunction;

/**
 * Direct tests of rules as a search: the number of a bug is that of the test that must notice it. A public subclass with a public constructor without
 * parameters names the tests.
 */
public abstract class DirectTests implements LongFunction<String> {
    private final List<Runnable> tests;

    protected DirectTests(Runnable... tests) {
        this.tests = List.of(tests);
    }

    /** What the test with this number noticed, or null. */
    @Override
    public final String apply(long number) {
        try {
            tests.get((int) number).run();
            return null;
        } catch (AssertionError noticed) {
            return noticed.toString();
        }
    }

    /**
     * The test with this number passes, and fails with the bug planted.
     *
     * @throws AssertionError when either isn't so
     */
    public final void mustNotice(PlantedBug bug, int number) {
        String without = apply(number);
        if (without != null) {
            throw new AssertionError("without " + bug + ": " + without);
        }
        if (Mutant.of(bug, Sources.here()).search(getClass().getName()).apply(number) == null) {
            throw new AssertionError(bug + " isn't noticed: " + bug.what());
        }
    }
}
