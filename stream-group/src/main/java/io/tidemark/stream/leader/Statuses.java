package io.tidemark.stream.leader;

import io.tidemark.storage.Bytes;

/** The header blocks of what a consumer's leader sends beside messages. */
final class Statuses {
    static final String BAD_REQUEST = "400 Bad Request - ";
    static final String HEARTBEAT_TOO_LARGE = "heartbeat value too large";
    static final String NOT_OVERFLOW = "Not a Overflow Priority consumer";
    static final String NOT_PINNED = "Not a Pinned Client Priority consumer";
    static final String PRIORITY_RANGE = "Priority must be between 0 and 9";
    static final String NO_MESSAGES = "404 No Messages";
    static final String REQUEST_TIMEOUT = "408 Request Timeout";
    static final String REQUESTS_PENDING = "408 Requests Pending";
    static final String PUSH_BASED = "409 Consumer is push based";
    static final String MAX_BATCH = "409 Exceeded MaxRequestBatch of ";
    static final String MAX_EXPIRES = "409 Exceeded MaxRequestExpires of ";
    static final String MAX_BYTES = "409 Exceeded MaxRequestMaxBytes of ";
    static final String MAX_WAITING = "409 Exceeded MaxWaiting";
    static final String SIZE_EXCEEDS_MAX_BYTES = "409 Message Size Exceeds MaxBytes";
    static final String BATCH_COMPLETED = "409 Batch Completed";
    static final String CONSUMER_DELETED = "409 Consumer Deleted";
    static final String LEADERSHIP_CHANGE = "409 Leadership Change";
    static final Bytes FLOW_CONTROL_REQUEST = plain("100 FlowControl Request");

    private static final String LINE = "NATS/1.0 ";
    private static final String END = "\r\n";

    private Statuses() {}

    static Bytes plain(String status) {
        return Bytes.utf8(LINE + status + END + END);
    }

    /** With what the request would still have taken. */
    static Bytes withPending(String status, int messages, long bytes) {
        return Bytes.utf8(LINE + status + END + "Nats-Pending-Messages: " + messages + END + "Nats-Pending-Bytes: "
                + bytes + END + END);
    }

    /** {@code stalledReply} is empty where the consumer isn't held by flow control. */
    static Bytes idleHeartbeat(long consumerSequence, long streamSequence, String stalledReply) {
        String stalled = stalledReply.isEmpty() ? "" : "Nats-Consumer-Stalled: " + stalledReply + END;
        return Bytes.utf8(LINE + "100 Idle Heartbeat" + END + "Nats-Last-Consumer: " + consumerSequence + END
                + "Nats-Last-Stream: " + streamSequence + END + stalled + END);
    }

    /** The message's headers with the payload's size, for consumers that get headers only. */
    static Bytes withMessageSize(Bytes headers, int payloadBytes) {
        Bytes line = Bytes.utf8("Nats-Msg-Size: " + payloadBytes + END + END);
        return headers.isEmpty()
                ? Bytes.utf8("NATS/1.0" + END).concat(line)
                : headers.slice(0, headers.size() - END.length()).concat(line);
    }
}
