package io.tidemark.bench.check;

/** A server's answer is wrong: the run has no result. */
public final class CheckFailed extends RuntimeException {
    public CheckFailed(String what) {
        super(what);
    }
}
