package io.tidemark.stream.state;

import io.tidemark.stream.model.StreamConfig;

/** The parts of one stream that its commands work on. Owned by the apply thread. */
final class StreamContent {
    final int stream;
    final Totals totals;
    final BlockLog blocks;
    final SubjectIndex subjects;
    final DedupWindow dedup;
    final Consumers consumers;
    StreamConfig config;

    StreamContent(int stream, StreamConfig config, Totals totals) {
        this.stream = stream;
        this.config = config;
        this.totals = totals;
        blocks = BlockLog.owning(stream);
        subjects = new SubjectIndex(stream);
        dedup = new DedupWindow(stream);
        consumers = new Consumers(stream);
    }
}
