package io.tidemark.cluster.simulation;

import org.jspecify.annotations.Nullable;

/** Remembers the first thing that doesn't hold. */
final class Violations {
    private @Nullable Violation first;

    void violate(String invariant, String what) {
        if (first == null) {
            first = new Violation(invariant, what);
        }
    }

    /** Null while everything holds. */
    @Nullable
    Violation first() {
        return first;
    }
}
