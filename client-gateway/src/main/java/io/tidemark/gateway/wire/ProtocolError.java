package io.tidemark.gateway.wire;

/** What the bytes of a connection can have wrong. All of them end it; some say why. */
public enum ProtocolError {
    UNKNOWN_OPERATION("Unknown Protocol Operation", "Parse Error"),
    /** Anything but CONNECT where credentials are needed first. */
    AUTHORIZATION_VIOLATION("Authorization Violation", "Authentication Failure"),
    CONTROL_LINE_TOO_LONG("maximum control line exceeded", "Maximum Control Line Exceeded"),
    PAYLOAD_TOO_LARGE("Maximum Payload Violation", "Maximum Message Payload Exceeded"),
    /** Wrong number of arguments, a size that is none. */
    BAD_ARGUMENTS("", "Protocol Violation"),
    /** Headers from a client that didn't say it knows them. */
    HEADERS_NOT_SUPPORTED("", "Message Header Violation"),
    /** The client sent an error. */
    CLIENT_ERROR("", "Protocol Violation");

    private final String text;
    private final String reason;

    ProtocolError(String text, String reason) {
        this.text = text;
        this.reason = reason;
    }

    /** What {@code -ERR} says; empty where the connection closes silently. */
    public String text() {
        return text;
    }

    /** The reason that monitoring shows for the closed connection. */
    public String reason() {
        return reason;
    }
}
