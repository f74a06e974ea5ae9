package io.tidemark.bench.wire;

import java.io.IOException;

/** Something that an {@link EventLoop} keeps going until it is done. */
public interface Activity {
    /** Sends what may be sent now. Called at the start and whenever something was received. */
    void turn() throws IOException;

    boolean done();

    /** What has been done so far: for the message of a run that doesn't end. */
    String progress();
}
