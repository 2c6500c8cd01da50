package io.kintsugi.master.plan;

/** A value, or the reason why there is none. */
public sealed interface Choice<T> {
    record Chosen<T>(T value) implements Choice<T> {}

    record None<T>(Reason reason) implements Choice<T> {}

    static <T> Choice<T> of(T value) {
        return new Chosen<>(value);
    }

    static <T> Choice<T> none(Reason reason) {
        return new None<>(reason);
    }
}
