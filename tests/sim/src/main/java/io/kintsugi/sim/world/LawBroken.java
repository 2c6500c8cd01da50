package io.kintsugi.sim.world;

/** A law of DESIGN section 9 doesn't hold. An {@code Error}, so that nothing of the product takes it for one of its own failures. */
public final class LawBroken extends Error {
    private static final long serialVersionUID = 1L;

    private final String law;

    /** @param law its number, or another short name */
    public LawBroken(String law, String what) {
        super("law " + law + ": " + what);
        this.law = law;
    }

    public String law() {
        return law;
    }
}
