package io.tidemark.stream.leader;

import io.tidemark.storage.View;
import io.tidemark.stream.state.StreamReader;
import org.jspecify.annotations.Nullable;

/** One view for all that one run of the executor reads, opened when it is first needed. */
final class RunView implements AutoCloseable {
    private final LeaderLog log;
    private final int stream;
    private @Nullable View view;
    private @Nullable StreamReader reader;

    RunView(LeaderLog log, int stream) {
        this.log = log;
        this.stream = stream;
    }

    View view() {
        if (view == null) {
            view = log.localView();
        }
        return view;
    }

    StreamReader reader() {
        if (reader == null) {
            reader = new StreamReader(view(), stream);
        }
        return reader;
    }

    @Override
    public void close() {
        if (view != null) {
            view.close();
        }
        view = null;
        reader = null;
    }
}
