package io.tidemark.gateway.api;

import io.tidemark.gateway.api.ApiOperation.ErrorFields;
import io.tidemark.gateway.api.ApiOperation.Operation;
import io.tidemark.gateway.api.JetStreamAccounts.AccountLimits;
import io.tidemark.raft.UnavailableException;
import io.tidemark.storage.Bytes;
import io.tidemark.stream.model.ApiLevel;
import io.tidemark.stream.model.JetStreamApiError;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows which subjects the API has and who answers each. Called on event loops, any of them; what must keep its order
 * (acks, pulls, flow control) is on its way when a call returns.
 */
public final class ApiRouter {
    private static final Logger LOG = LoggerFactory.getLogger(ApiRouter.class);

    private static final String API_PREFIX = "$JS.API.";
    private static final String FLOW_CONTROL_PREFIX = "$JS.FC.";
    private static final String USER_INFO = "$SYS.REQ.USER.INFO";
    private static final String REQUIRED_LEVEL = "Nats-Required-Api-Level";
    private static final int LONGEST_VERB = 3;
    private static final AccountLimits NO_LIMITS = AccountLimits.unlimited("");

    private final ApiServices services;
    private final StreamIndex index;
    private final ApiCounters counters = new ApiCounters();
    private final Advisories advisories;
    private final AccountApi accounts;
    private final StreamApi streams;
    private final ConsumerApi consumers;
    private final MessageApi messages;
    private final Map<String, String> accountHashes = AckBatcher.newAccountHashes();
    private final Map<String, ApiOperation> operations = new HashMap<>();

    public ApiRouter(ApiServices services) {
        this.services = services;
        this.index = new StreamIndex(services.meta());
        this.advisories = new Advisories(services.replies(), services.server(), services.nowNanos());
        Descriptions descriptions = new Descriptions(services);
        this.accounts = new AccountApi(services, index, descriptions, counters);
        this.streams = new StreamApi(services, index, descriptions, advisories);
        this.consumers = new ConsumerApi(services, index, descriptions, advisories);
        this.messages = new MessageApi(services, index);
        register();
    }

    /** One for each event loop, used only there. */
    public ApiLoop newLoop(FrameOperations frames) {
        return new ApiLoop(
                new AckBatcher(index, services.streams(), services.server().domain(), accountHashes), frames);
    }

    /** The events of the API; also where streams' leaders report theirs. */
    public Advisories advisories() {
        return advisories;
    }

    /** How many requests were answered, for display. */
    public ApiCounters counters() {
        return counters;
    }

    /**
     * Takes a message whose subject begins with {@code $JS.} or {@code $SYS.REQ.USER.}.
     *
     * @param loop the calling event loop's
     */
    public Handling handle(ApiRequest request, ApiLoop loop) {
        String subject = request.subject();
        if (subject.startsWith(AckSubject.PREFIX)) {
            return loop.acks().ack(request);
        }
        if (subject.startsWith(FLOW_CONTROL_PREFIX)) {
            return loop.acks().flowControl(request);
        }
        if (subject.equals(USER_INFO)) {
            reply(request, accounts.userInfo(request));
            return Handling.HANDLED;
        }
        String prefix = prefix(subject);
        if (prefix == null) {
            return Handling.NOT_HANDLED;
        }
        loop.flush();
        return api(request, Tokens.of(subject.substring(prefix.length())), loop.frames());
    }

    private void register() {
        register("INFO", 0, 0, "account_info_response", ErrorFields.NONE, accounts::info);
        register("STREAM.CREATE", 1, 1, "stream_create_response", ErrorFields.NONE, streams::create);
        register("STREAM.UPDATE", 1, 1, "stream_update_response", ErrorFields.NONE, streams::update);
        register("STREAM.NAMES", 0, 0, "stream_names_response", ErrorFields.STREAM_NAMES, streams::names);
        register("STREAM.LIST", 0, 0, "stream_list_response", ErrorFields.STREAMS, streams::list);
        register("STREAM.INFO", 1, 1, "stream_info_response", ErrorFields.PAGE, streams::info);
        register("STREAM.DELETE", 1, 1, "stream_delete_response", ErrorFields.NONE, streams::delete);
        register("STREAM.PURGE", 1, 1, "stream_purge_response", ErrorFields.PURGED, streams::purge);
        register("STREAM.MSG.GET", 1, 1, "stream_msg_get_response", ErrorFields.NONE, messages::get);
        register("STREAM.MSG.DELETE", 1, 1, "stream_msg_delete_response", ErrorFields.NONE, messages::delete);
        register("STREAM.SNAPSHOT", 1, 1, "stream_snapshot_response", ErrorFields.NONE, streams::snapshot);
        register("STREAM.RESTORE", 1, 1, "stream_restore_response", ErrorFields.DELIVER_SUBJECT, streams::restore);
        register("STREAM.PEER.REMOVE", 1, 1, "stream_remove_peer_response", ErrorFields.NONE, streams::removePeer);
        register("STREAM.PEER.EVACUATE", 1, 1, "stream_evacuate_peer_response", ErrorFields.NONE, streams::removePeer);
        register("STREAM.CANCEL_MOVE", 1, 1, "stream_cancel_move_response", ErrorFields.NONE, streams::cancelMove);
        register(
                "STREAM.LEADER.STEPDOWN",
                1,
                1,
                "stream_leader_stepdown_response",
                ErrorFields.NONE,
                streams::refuseClustered);
        register(
                "CONSUMER.CREATE",
                1,
                Integer.MAX_VALUE,
                "consumer_create_response",
                ErrorFields.NONE,
                consumers::create);
        register(
                "CONSUMER.DURABLE.CREATE",
                2,
                2,
                "consumer_create_response",
                ErrorFields.NONE,
                consumers::createDurable);
        register("CONSUMER.NAMES", 1, 1, "consumer_names_response", ErrorFields.CONSUMERS, consumers::names);
        register("CONSUMER.LIST", 1, 1, "consumer_list_response", ErrorFields.CONSUMERS, consumers::list);
        register("CONSUMER.INFO", 2, 2, "consumer_info_response", ErrorFields.NONE, consumers::info);
        register("CONSUMER.DELETE", 2, 2, "consumer_delete_response", ErrorFields.NONE, consumers::delete);
        register("CONSUMER.PAUSE", 2, 2, "consumer_pause_response", ErrorFields.NONE, consumers::refuseKnown);
        register("CONSUMER.UNPIN", 2, 2, "consumer_unpin_response", ErrorFields.NONE, consumers::unpin);
        register("CONSUMER.RESET", 2, 2, "consumer_reset_response", ErrorFields.NONE, consumers::reset);
        register(
                "CONSUMER.LEADER.STEPDOWN",
                2,
                2,
                "consumer_leader_stepdown_response",
                ErrorFields.NONE,
                consumers::stepDown);
    }

    private void register(String verb, int min, int max, String type, ErrorFields errorFields, Operation operation) {
        operations.put(verb, new ApiOperation(verb, min, max, type, errorFields, operation));
    }

    private Handling api(ApiRequest request, List<String> tokens, FrameOperations frames) {
        String levelHeader = HeaderBlock.value(request.headers(), REQUIRED_LEVEL);
        boolean isLevelTooHigh = levelHeader != null && isLevelTooHigh(levelHeader);
        if (tokens.size() == 5 && startsWith(tokens, "CONSUMER", "MSG", "NEXT")) {
            return consumers.next(request, tokens.get(3), tokens.get(4), isLevelTooHigh);
        }
        if (tokens.size() >= 3 && startsWith(tokens, "DIRECT", "GET")) {
            return messages.direct(request, tokens.get(2), tokens.subList(3, tokens.size()), isLevelTooHigh);
        }
        ApiOperation operation = operation(tokens);
        if (operation != null) {
            List<String> arguments = tokens.subList(operation.verbTokens(), tokens.size());
            answer(request, operation, arguments, frames, isLevelTooHigh);
        }
        // nats-server stays silent on API subjects that it doesn't know.
        return Handling.HANDLED;
    }

    private @Nullable ApiOperation operation(List<String> tokens) {
        for (int size = 1; size <= Math.min(LONGEST_VERB, tokens.size()); size++) {
            ApiOperation operation = operations.get(String.join(".", tokens.subList(0, size)));
            if (operation != null) {
                return operation.takes(tokens.size() - size) ? operation : null;
            }
        }
        return null;
    }

    private void answer(
            ApiRequest request,
            ApiOperation operation,
            List<String> arguments,
            FrameOperations frames,
            boolean isLevelTooHigh) {
        AccountLimits limits = services.accounts().limits(request.account());
        boolean isSystems = services.accounts().isSystem(request.account())
                && !operation.verb().equals("INFO");
        ApiCall call = new ApiCall(
                isSystems ? operation.forSystem() : operation,
                request,
                arguments,
                limits == null ? NO_LIMITS : limits,
                frames);
        CompletableFuture<ApiAnswer> answer;
        if (limits == null) {
            answer = call.refused(JetStreamApiError.NOT_ENABLED_FOR_ACCOUNT);
        } else if (isLevelTooHigh) {
            answer = call.refused(JetStreamApiError.REQUIRED_API_LEVEL);
        } else {
            answer = call.operation().operation().answer(call);
        }
        answer.whenComplete((answered, failure) -> finish(call, failure == null ? answered : failed(call, failure)));
    }

    private static ApiAnswer failed(ApiCall call, Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (!(cause instanceof UnavailableException)) {
            LOG.error("API request failed subject={}", call.request().subject(), cause);
        }
        return call.failure(JetStreamApiError.SYSTEM_UNAVAILABLE);
    }

    private void finish(ApiCall call, ApiAnswer answer) {
        if (answer.isSilent()) {
            return;
        }
        counters.count(call.account(), answer.failed());
        reply(call.request(), answer.json());
        if (answer.audited()) {
            advisories.apiAudit(call.request(), answer.json());
        }
    }

    private void reply(ApiRequest request, Bytes json) {
        if (!request.reply().isEmpty()) {
            services.replies().reply(request.account(), request.reply(), Bytes.EMPTY, json);
        }
    }

    private @Nullable String prefix(String subject) {
        if (subject.startsWith(API_PREFIX)) {
            return API_PREFIX;
        }
        String domain = services.server().domain();
        String domainPrefix = "$JS." + domain + ".API.";
        return !domain.isEmpty() && subject.startsWith(domainPrefix) ? domainPrefix : null;
    }

    private static boolean isLevelTooHigh(String level) {
        try {
            return Integer.parseInt(level) > ApiLevel.SERVER_LEVEL;
        } catch (NumberFormatException e) {
            return true;
        }
    }

    private static boolean startsWith(List<String> tokens, String... verb) {
        return tokens.subList(0, verb.length).equals(List.of(verb));
    }
}
