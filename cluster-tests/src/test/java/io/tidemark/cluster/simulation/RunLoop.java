package io.tidemark.cluster.simulation;

import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Lets a timeline go on until a run is over, or something doesn't hold. */
final class RunLoop {
    private RunLoop() {}

    static RunResult run(Timeline timeline, Violations violations, BooleanSupplier isOver, Supplier<String> summary) {
        LoggedErrors.take();
        try {
            while (!isOver.getAsBoolean() && violations.first() == null && timeline.step()) {
                nothingIsLoggedAsAnError(violations);
            }
        } catch (RuntimeException e) {
            violations.violate(
                    "NodesDontFail", e + " at " + List.of(e.getStackTrace()).subList(0, 3));
        }
        return new RunResult(violations.first(), timeline.traceHash(), timeline.tail(), summary.get());
    }

    private static void nothingIsLoggedAsAnError(Violations violations) {
        String error = LoggedErrors.take();
        if (error != null) {
            violations.violate("NothingIsLoggedAsAnError", error);
        }
    }
}
