package io.tidemark.cluster.simulation;

/** An invariant that doesn't hold, by its name. */
record Violation(String invariant, String what) {
    @Override
    public String toString() {
        return invariant + ": " + what;
    }
}
