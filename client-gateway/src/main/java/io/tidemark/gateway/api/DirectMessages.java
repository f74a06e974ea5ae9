package io.tidemark.gateway.api;

import io.tidemark.gateway.json.GoTime;
import io.tidemark.storage.Bytes;
import io.tidemark.stream.command.StreamResponse.Messages;
import io.tidemark.stream.model.StoredMessage;

/** Sends what a direct get found: raw messages, with what isn't in them as headers. */
final class DirectMessages {
    private final ApiServices services;
    private final ApiRequest request;
    private final String stream;

    DirectMessages(ApiServices services, ApiRequest request, String stream) {
        this.services = services;
        this.request = request;
        this.stream = stream;
    }

    void status(StatusLine status) {
        send(status.headers(), Bytes.EMPTY);
    }

    void single(StoredMessage message, boolean withHeaders) {
        send(withHeaders ? HeaderBlock.append(message.headers(), lines(message)) : Bytes.EMPTY, message.payload());
    }

    /**
     * The messages, then the line that ends them.
     *
     * @param upToSequence the ceiling to repeat in requests for more; -1 where there is none
     */
    void batch(Messages found, boolean withHeaders, long upToSequence) {
        long pending = found.pending() + found.messages().size();
        long total = pending;
        long last = 0;
        for (StoredMessage message : found.messages()) {
            pending--;
            String lines = lines(message) + "Nats-Num-Pending: " + pending + "\r\nNats-Last-Sequence: " + last + "\r\n";
            send(withHeaders ? HeaderBlock.append(message.headers(), lines) : Bytes.EMPTY, message.payload());
            last = message.sequence();
        }
        // nats-server doesn't count what it sent without headers.
        long left = withHeaders ? pending : total;
        String upTo = upToSequence < 0 ? "" : "Nats-UpTo-Sequence: " + upToSequence + "\r\n";
        send(
                StatusLine.END_OF_BATCH.headers(
                        "Nats-Num-Pending: " + left + "\r\nNats-Last-Sequence: " + last + "\r\n" + upTo),
                Bytes.EMPTY);
    }

    private String lines(StoredMessage message) {
        return "Nats-Stream: " + stream
                + "\r\nNats-Subject: " + message.subject()
                + "\r\nNats-Sequence: " + message.sequence()
                + "\r\nNats-Time-Stamp: " + GoTime.format(message.timeNanos())
                + "\r\n";
    }

    private void send(Bytes headers, Bytes payload) {
        services.replies().reply(request.account(), request.reply(), headers, payload);
    }
}
