package io.tidemark.gateway.api;

import io.tidemark.storage.Bytes;

/** The status lines that a gateway answers with by itself; those of pulls and pushes are the stream leader's. */
public enum StatusLine {
    END_OF_BATCH(204, "EOB"),
    MESSAGE_NOT_FOUND(404, "Message Not Found"),
    NO_RESULTS(404, "No Results"),
    EMPTY_REQUEST(408, "Empty Request"),
    MALFORMED_REQUEST(408, "Malformed Request"),
    BAD_REQUEST(408, "Bad Request"),
    REQUIRED_API_LEVEL(412, "Required Api Level"),
    TOO_MANY_RESULTS(413, "Too Many Results"),
    NO_RESPONDERS(503, "");

    private final String line;

    StatusLine(int code, String text) {
        this.line = "NATS/1.0 " + code + (text.isEmpty() ? "" : " " + text) + "\r\n";
    }

    /** The header block with the status alone. */
    public Bytes headers() {
        return headers("");
    }

    /**
     * The header block with more lines.
     *
     * @param lines each ended by CRLF
     */
    public Bytes headers(String lines) {
        return Bytes.utf8(line + lines + "\r\n");
    }
}
