package io.tidemark.stream.model;

/** The API's errors: the only place with their numbers. An entry arrives with the code that uses it. */
public enum JetStreamApiError {
    BAD_REQUEST(400, 10003, "bad request"),
    NO_SUITABLE_PEERS(400, 10005, "{detail}"),
    SYSTEM_UNAVAILABLE(503, 10008, "JetStream system temporarily unavailable"),
    CLUSTERING_REQUIRED(503, 10010, "JetStream clustering support required"),
    CONSUMER_CREATE(500, 10012, "{detail}"),
    CONSUMER_NAME_IN_USE(400, 10013, "consumer name already in use"),
    CONSUMER_NOT_FOUND(404, 10014, "consumer not found"),
    CONSUMER_DURABLE_NAME_MISMATCH(400, 10017, "consumer name in subject does not match durable name in request"),
    CONSUMER_DURABLE_NAME_MISSING(400, 10018, "consumer expected to be durable but a durable name was not set"),
    CONSUMER_EPHEMERAL_WITH_DURABLE_NAME(
            400, 10020, "consumer expected to be ephemeral but a durable name was set in request"),
    INSUFFICIENT_RESOURCES(503, 10023, "insufficient resources"),
    INVALID_JSON(400, 10025, "invalid JSON: {detail}"),
    MAXIMUM_CONSUMERS(400, 10026, "maximum consumers limit reached"),
    MAXIMUM_STREAMS(400, 10027, "maximum number of streams reached"),
    MEMORY_RESOURCES_EXCEEDED(500, 10028, "insufficient memory resources available"),
    NO_MESSAGE_FOUND(404, 10037, "no message found"),
    NOT_EMPTY_REQUEST(400, 10038, "expected an empty request payload"),
    NOT_ENABLED_FOR_ACCOUNT(503, 10039, "JetStream not enabled for account"),
    SEQUENCE_NOT_FOUND(400, 10043, "sequence {detail} not found"),
    SERVER_NOT_MEMBER(400, 10044, "server is not a member of the cluster"),
    STORAGE_RESOURCES_EXCEEDED(500, 10047, "insufficient storage resources available"),
    STREAM_INVALID_CONFIG(500, 10052, "{detail}"),
    MESSAGE_TOO_LARGE(400, 10054, "message size exceeds maximum allowed"),
    STREAM_NAME_MISMATCH(400, 10056, "stream name in subject does not match request"),
    MESSAGE_DELETE_FAILED(500, 10057, "{detail}"),
    STREAM_NAME_IN_USE(400, 10058, "stream name already in use with a different configuration"),
    STREAM_NOT_FOUND(404, 10059, "stream not found"),
    EXPECTED_STREAM_MISMATCH(400, 10060, "expected stream does not match"),
    STREAM_SUBJECT_OVERLAP(400, 10065, "subjects overlap with an existing stream"),
    STREAM_UPDATE(500, 10069, "{detail}"),
    WRONG_LAST_MESSAGE_ID(400, 10070, "wrong last msg ID: {detail}"),
    WRONG_LAST_SEQUENCE(400, 10071, "wrong last sequence: {detail}"),
    REPLICAS_NOT_SUPPORTED(500, 10074, "replicas > 1 not supported in non-clustered mode"),
    STORE_FAILED(503, 10077, "{detail}"),
    CONSUMER_DELIVER_TO_WILDCARDS(400, 10079, "consumer deliver subject has wildcards"),
    CONSUMER_PUSH_MAX_WAITING(400, 10080, "consumer in push mode can not set max waiting"),
    CONSUMER_DELIVER_CYCLE(400, 10081, "consumer deliver subject forms a cycle"),
    CONSUMER_MAX_PENDING_NEEDS_ACK_POLICY(400, 10082, "consumer requires ack policy for max ack pending"),
    CONSUMER_SMALL_HEARTBEAT(400, 10083, "consumer idle heartbeat needs to be >= 100ms"),
    CONSUMER_PULL_REQUIRES_ACK(400, 10084, "consumer in pull mode requires explicit ack policy on workqueue stream"),
    CONSUMER_PULL_WITH_RATE_LIMIT(400, 10086, "consumer in pull mode can not have rate limit set"),
    CONSUMER_HEARTBEAT_NEEDS_PUSH(400, 10088, "consumer idle heartbeat requires a push based consumer"),
    CONSUMER_FLOW_CONTROL_NEEDS_PUSH(400, 10089, "consumer flow control requires a push based consumer"),
    CONSUMER_DIRECT_NEEDS_PUSH(400, 10090, "consumer direct requires a push based consumer"),
    CONSUMER_DIRECT_NEEDS_EPHEMERAL(400, 10091, "consumer direct requires an ephemeral consumer"),
    CONSUMER_INVALID_POLICY(400, 10094, "{detail}"),
    CONSUMER_INVALID_SAMPLING(400, 10095, "failed to parse consumer sampling configuration: {detail}"),
    HEADERS_TOO_LARGE(400, 10097, "header size exceeds maximum allowed of 64k"),
    WORK_QUEUE_NEEDS_EXPLICIT_ACK(400, 10098, "workqueue stream requires explicit ack"),
    WORK_QUEUE_MULTIPLE_UNFILTERED(400, 10099, "multiple non-filtered consumers not allowed on workqueue stream"),
    WORK_QUEUE_CONSUMER_NOT_UNIQUE(400, 10100, "filtered consumer not unique on workqueue stream"),
    WORK_QUEUE_NEEDS_DELIVER_ALL(400, 10101, "consumer must be deliver all on workqueue stream"),
    CONSUMER_NAME_TOO_LONG(400, 10102, "consumer name is too long, maximum allowed is {detail}"),
    CONSUMER_DESCRIPTION_TOO_LONG(400, 10107, "consumer description is too long, maximum allowed is {detail}"),
    FLOW_CONTROL_NEEDS_HEARTBEAT(400, 10108, "consumer with flow control also needs heartbeats"),
    SEALED(400, 10109, "invalid operation on sealed stream"),
    PURGE_FAILED(500, 10110, "{detail}"),
    ROLLUP_FAILED(500, 10111, "{detail}"),
    CONSUMER_INVALID_DELIVER_SUBJECT(400, 10112, "invalid push consumer deliver subject"),
    MAX_BYTES_REQUIRED(400, 10113, "account requires a stream config to have max bytes set"),
    CONSUMER_MAX_EXPIRES_TOO_SMALL(400, 10115, "consumer max request expires needs to be >= 1ms"),
    CONSUMER_MAX_DELIVER_BACKOFF(400, 10116, "max deliver is required to be > length of backoff values"),
    CONSUMER_MAX_ACK_PENDING_EXCEEDED(400, 10121, "consumer max ack pending exceeds system limit of {detail}"),
    MAX_STREAM_BYTES_EXCEEDED(400, 10122, "stream max bytes exceeds account limit max stream bytes"),
    CONSUMER_MAX_BATCH_EXCEEDED(400, 10125, "consumer max request batch exceeds server limit of {detail}"),
    CONSUMER_REPLICAS_EXCEED_STREAM(400, 10126, "consumer config replica count exceeds parent stream"),
    CONSUMER_NAME_PATH_SEPARATORS(400, 10127, "Consumer name can not contain path separators"),
    STREAM_NAME_PATH_SEPARATORS(400, 10128, "Stream name can not contain path separators"),
    RECONFIGURATION_NOT_IN_PROGRESS(400, 10129, "stream reconfiguration not in progress"),
    CONSUMER_FILTER_MISMATCH(400, 10131, "Consumer create request did not match filtered subject from create subject"),
    REPLICAS_NEGATIVE(400, 10133, "replicas count cannot be negative"),
    CONSUMER_REPLICAS_MUST_MATCH_STREAM(
            400, 10134, "consumer config replicas must match interest retention stream's replicas"),
    CONSUMER_METADATA_TOO_LONG(400, 10135, "consumer metadata exceeds maximum size of {detail}"),
    CONSUMER_BOTH_FILTERS(400, 10136, "consumer cannot have both FilterSubject and FilterSubjects specified"),
    CONSUMER_MULTIPLE_FILTERS_NOT_ALLOWED(
            400, 10137, "consumer with multiple subject filters cannot use subject based API"),
    CONSUMER_OVERLAPPING_FILTERS(400, 10138, "consumer subject filters cannot overlap"),
    CONSUMER_EMPTY_FILTER(400, 10139, "consumer filter in FilterSubjects cannot be empty"),
    CONSUMER_EXISTS(400, 10148, "consumer already exists"),
    CONSUMER_DOES_NOT_EXIST(400, 10149, "consumer does not exist"),
    CONSUMER_INACTIVE_THRESHOLD_EXCEEDED(400, 10153, "consumer inactive threshold exceeds system limit of {detail}"),
    PEDANTIC(400, 10157, "pedantic mode: {detail}"),
    MESSAGE_TTL_INVALID(400, 10165, "invalid per-message TTL"),
    CONSUMER_INVALID_PRIORITY_GROUP(400, 10160, "Provided priority group does not exist for this consumer"),
    MESSAGE_TTL_DISABLED(400, 10166, "per-message TTL is disabled"),
    TOO_MANY_REQUESTS(429, 10167, "too many requests"),
    MESSAGE_COUNTERS_DISABLED(400, 10168, "message counters is disabled"),
    ATOMIC_PUBLISH_DISABLED(400, 10174, "atomic publish is disabled"),
    CONSUMER_ACK_WAIT_NEGATIVE(400, 10183, "consumer ack wait needs to be positive"),
    CONSUMER_BACKOFF_NEGATIVE(400, 10184, "consumer backoff needs to be positive"),
    REQUIRED_API_LEVEL(412, 10185, "JetStream minimum api level required"),
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
