package io.kintsugi.master.model;

/** An enum that is stored: by a number of its own that never changes and is never given to another constant, not by its ordinal. */
public interface WireEnum {
    int wire();

    /** The constant with this number. A number that this version doesn't know is an error of the caller's data. */
    static <E extends Enum<E> & WireEnum> E of(Class<E> type, long wire) {
        for (E constant : type.getEnumConstants()) {
            if (constant.wire() == wire) {
                return constant;
            }
        }
        throw new IllegalArgumentException(type.getSimpleName() + " has no constant with wire number " + wire);
    }
}
