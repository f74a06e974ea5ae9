package io.tidemark.stream.model;

/** The API's errors: the only place with their numbers. An entry arrives with the code that uses it. */
public enum JetStreamApiError {
    BAD_REQUEST(400, 10003, "bad request"),
    NO_SUITABLE_PEERS(400, 10005, "{detail}"),
    SYSTEM_UNAVAILABLE(503, 10008, "JetStream system temporarily unavailable"),
    CLUSTERING_REQUIRED(503, 10010, "JetStream clustering support required"),
    CONSUMER_CREATE(500, 10012, "{detail}"),
    CONSUMER_NOT_FOUND(404, 10014, "consumer not found"),
    INSUFFICIENT_RESOURCES(503, 10023, "insufficient resources"),
    INVALID_JSON(400, 10025, "invalid JSON: {detail}"),
    MAXIMUM_CONSUMERS(400, 10026, "maximum consumers limit reached"),
    NO_MESSAGE_FOUND(404, 10037, "no message found"),
    NOT_EMPTY_REQUEST(400, 10038, "expected an empty request payload"),
    NOT_ENABLED_FOR_ACCOUNT(503, 10039, "JetStream not enabled for account"),
    SEQUENCE_NOT_FOUND(400, 10043, "sequence {detail} not found"),
    STREAM_INVALID_CONFIG(500, 10052, "{detail}"),
    MESSAGE_TOO_LARGE(400, 10054, "message size exceeds maximum allowed"),
    STREAM_NAME_MISMATCH(400, 10056, "stream name in subject does not match request"),
    MESSAGE_DELETE_FAILED(500, 10057, "{detail}"),
    STREAM_NAME_IN_USE(400, 10058, "stream name already in use with a different configuration"),
    STREAM_NOT_FOUND(404, 10059, "stream not found"),
    EXPECTED_STREAM_MISMATCH(400, 10060, "expected stream does not match"),
    STREAM_SUBJECT_OVERLAP(400, 10065, "subjects overlap with an existing stream"),
    WRONG_LAST_MESSAGE_ID(400, 10070, "wrong last msg ID: {detail}"),
    WRONG_LAST_SEQUENCE(400, 10071, "wrong last sequence: {detail}"),
    REPLICAS_NOT_SUPPORTED(500, 10074, "replicas > 1 not supported in non-clustered mode"),
    STORE_FAILED(503, 10077, "{detail}"),
    HEADERS_TOO_LARGE(400, 10097, "header size exceeds maximum allowed of 64k"),
    SEALED(400, 10109, "invalid operation on sealed stream"),
    PURGE_FAILED(500, 10110, "{detail}"),
    ROLLUP_FAILED(500, 10111, "{detail}"),
    CONSUMER_EXISTS(400, 10148, "consumer already exists"),
    CONSUMER_DOES_NOT_EXIST(400, 10149, "consumer does not exist"),
    MESSAGE_TTL_INVALID(400, 10165, "invalid per-message TTL"),
    MESSAGE_TTL_DISABLED(400, 10166, "per-message TTL is disabled"),
    TOO_MANY_REQUESTS(429, 10167, "too many requests"),
    MESSAGE_COUNTERS_DISABLED(400, 10168, "message counters is disabled"),
    ATOMIC_PUBLISH_DISABLED(400, 10174, "atomic publish is disabled"),
    MESSAGE_SCHEDULES_DISABLED(400, 10188, "message schedules is disabled"),
    MISSING_EXPECTED_SUBJECT_SEQUENCE(400, 10193, "missing sequence for expected last sequence per subject"),
    MESSAGE_SCHEDULER_INVALID(400, 10212, "message schedules invalid scheduler"),
    STREAM_SOURCE_NOT_ALLOWED(400, 10227, "message stream source header is not allowed");

    private static final String DETAIL = "{detail}";

    private final int code;
    private final int errorCode;
    private final String text;

    JetStreamApiError(int code, int errorCode, String text) {
        this.code = code;
        this.errorCode = errorCode;
        this.text = text;
    }

    /** The HTTP-like code. */
    public int code() {
        return code;
    }

    /** The {@code err_code}. */
    public int errorCode() {
        return errorCode;
    }

    /** The text, with the detail in its place. */
    public String describe(String detail) {
        return text.replace(DETAIL, detail);
    }

    /** The error with this detail. */
    public Rejected with(String detail) {
        return new Rejected(this, detail);
    }

    public Rejected rejected() {
        return new Rejected(this, "");
    }
}
