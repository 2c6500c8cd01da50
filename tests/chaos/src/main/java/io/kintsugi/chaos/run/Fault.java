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
     * @param instance that the arena granted; the {@link Healer} gives it back once it is whole again
     * @param what for the log
     * @param mend ends it; may be repeated
     */
    record Broken(String instance, String what, Runnable mend) {}
}
