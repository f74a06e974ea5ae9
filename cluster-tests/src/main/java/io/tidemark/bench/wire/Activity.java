package io.tidemark.bench.wire;

import java.io.IOException;
import java.util.function.BooleanSupplier;

/** Something that an {@link EventLoop} keeps going until it is done. */
public interface Activity {
    /** Sends what may be sent now. Called at the start and whenever something was received. */
    void turn() throws IOException;

    boolean done();

    /** What has been done so far: for the message of a run that doesn't end. */
    String progress();

    /** Nothing but waiting. */
    static Activity until(BooleanSupplier condition, String progress) {
        return new Activity() {
            @Override
            public void turn() {}

            @Override
            public boolean done() {
                return condition.getAsBoolean();
            }

            @Override
            public String progress() {
                return progress;
            }
        };
    }
}
