package io.tidemark.bench.scenario;

import io.tidemark.bench.check.AckLedger;
import io.tidemark.bench.wire.Connection;

/** A new stream that is published to, and what was acknowledged so far. */
final class Target {
    private final byte[] subject;
    private final byte[] stream;
    private final AckLedger ledger;

    Target(String stream, int messages) {
        this.stream = Connection.ascii(stream);
        subject = Connection.ascii(stream + ".x");
        ledger = new AckLedger(messages);
    }

    byte[] subject() {
        return subject;
    }

    /** The name that acks must carry. */
    byte[] stream() {
        return stream;
    }

    AckLedger ledger() {
        return ledger;
    }
}
