package io.kintsugi.chaos.run;

import java.util.Optional;

/** A kind of fault. */
interface Fault {
    /** As it is counted: short, with dashes. */
    String kind();

    /**
     * Begins it somewhere, if the arena's bounds allow it now.
     *
     * @return what is broken; empty when nothing may be
     */
    Optional<Broken> begin(Arena arena);

    /**
     * A fault that goes on.
     *
     * @param what for the log
     * @param mend ends it and gives back what the arena granted
     */
    record Broken(String what, Runnable mend) {}
}
