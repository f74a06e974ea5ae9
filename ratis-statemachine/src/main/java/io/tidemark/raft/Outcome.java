package io.tidemark.raft;

import java.util.List;

/** What an applied command answers, and what should happen in the world because of it. */
public record Outcome<R, E>(R reply, List<E> effects) {
    public Outcome {
        effects = List.copyOf(effects);
    }

    public static <R, E> Outcome<R, E> of(R reply) {
        return new Outcome<>(reply, List.of());
    }
}
