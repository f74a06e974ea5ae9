package io.tidemark.bench.scenario;

import io.tidemark.bench.check.AckLedger;
import io.tidemark.bench.wire.Connection;
import java.util.List;

/** A new stream that is published to, and what was acknowledged so far. */
final class Target {
    private final byte[][] subjects;
    private final byte[] stream;
    private final AckLedger ledger;

    /** A stream with one subject. */
    Target(String stream, int messages) {
        this(stream, messages, List.of(stream + ".x"));
    }

    /**
     * A stream with subjects that are published to in turn.
     *
     * @param messages that will be published
     */
    Target(String stream, int messages, List<String> subjects) {
        this.stream = Connection.ascii(stream);
        this.subjects = subjects.stream().map(Connection::ascii).toArray(byte[][]::new);
        ledger = new AckLedger(messages);
    }

    /** Where a message goes. */
    byte[] subject(int number) {
        return subjects[number % subjects.length];
    }

    /** The name that acks must carry. */
    byte[] stream() {
        return stream;
    }

    AckLedger ledger() {
        return ledger;
    }
}
