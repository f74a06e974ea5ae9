package io.tidemark.gateway.session;

/** Why a session ended, as monitoring shows it. */
public enum CloseReason {
    CLIENT_CLOSED("Client Closed"),
    AUTHENTICATION_TIMEOUT("Authentication Timeout"),
    AUTHENTICATION_FAILURE("Authentication Failure"),
    SLOW_CONSUMER_PENDING("Slow Consumer (Pending Bytes)"),
    SLOW_CONSUMER_DEADLINE("Slow Consumer (Write Deadline)"),
    READ_ERROR("Read Error"),
    PARSE_ERROR("Parse Error"),
    STALE("Stale Connection"),
    PROTOCOL_VIOLATION("Protocol Violation"),
    BAD_PROTOCOL_VERSION("Bad Client Protocol Version"),
    TOO_MANY_CONNECTIONS("Maximum Connections Exceeded"),
    PAYLOAD_TOO_LARGE("Maximum Message Payload Exceeded"),
    CONTROL_LINE_TOO_LONG("Maximum Control Line Exceeded"),
    SERVER_SHUTDOWN("Server Shutdown"),
    HEADER_VIOLATION("Message Header Violation"),
    NO_RESPONDERS_REQUIRES_HEADERS("No Responders Requires Headers"),
    KICKED("Kicked");

    private final String text;

    CloseReason(String text) {
        this.text = text;
    }

    public String text() {
        return text;
    }

    static CloseReason of(String text) {
        for (CloseReason reason : values()) {
            if (reason.text.equals(text)) {
                return reason;
            }
        }
        throw new IllegalArgumentException("not a close reason: " + text);
    }
}
