package io.tidemark.gateway.api;

import io.tidemark.gateway.json.Json;
import io.tidemark.gateway.json.MessageDeleteRequestJson;
import io.tidemark.gateway.json.MessageSelectorJson;
import io.tidemark.gateway.json.MessageSelectorJson.DirectProblem;
import io.tidemark.gateway.json.MessageSelectorJson.DirectRequest;
import io.tidemark.gateway.json.MessageSelectorJson.MessageQuery;
import io.tidemark.meta.MetaImage.StreamAssignment;
import io.tidemark.stream.command.FrameOperation.Delete;
import io.tidemark.stream.command.FrameOperation.Erase;
import io.tidemark.stream.command.StreamReply.FrameOutcome;
import io.tidemark.stream.command.StreamRequest.MessageSelector;
import io.tidemark.stream.command.StreamRequest.ReadMessages;
import io.tidemark.stream.command.StreamResponse;
import io.tidemark.stream.command.StreamResponse.Messages;
import io.tidemark.stream.model.JetStreamApiError;
import io.tidemark.stream.model.StoredMessage;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The API's operations on messages, and the direct gets. */
final class MessageApi {
    private static final Logger LOG = LoggerFactory.getLogger(MessageApi.class);

    private static final int MAX_SUBJECTS = 1024;
    private static final long MAX_BATCH_BYTES = 64 << 20;

    private final ApiServices services;
    private final StreamIndex index;

    MessageApi(ApiServices services, StreamIndex index) {
        this.services = services;
        this.index = index;
    }

    CompletableFuture<ApiAnswer> get(ApiCall call) {
        return call.with(MessageSelectorJson.read(call.body()), query -> {
            StreamAssignment stream = index.find(call.account(), call.streamName());
            if (stream == null) {
                return call.refused(JetStreamApiError.STREAM_NOT_FOUND);
            }
            return read(stream, query.selector()).thenApply(response -> got(call, query, response));
        });
    }

    CompletableFuture<ApiAnswer> delete(ApiCall call) {
        return call.with(MessageDeleteRequestJson.read(call.body()), request -> {
            StreamAssignment stream = index.find(call.account(), call.streamName());
            if (stream == null) {
                return call.refused(JetStreamApiError.STREAM_NOT_FOUND);
            }
            Delete delete = new Delete(request.sequence(), request.erase() ? Erase.OVERWRITE : Erase.UNLINK);
            return call.frames()
                    .submit(stream.number(), delete)
                    .thenApply(outcome -> outcome instanceof FrameOutcome.Declined declined
                            ? call.failure(declined.reason())
                            : call.success());
        });
    }

    /**
     * {@code DIRECT.GET.stream}, and with the subject behind it for its last message. Linearizable here: whoever reads
     * after an ack finds the message.
     */
    Handling direct(ApiRequest request, String streamName, List<String> subject, boolean isLevelTooHigh) {
        StreamAssignment stream = index.find(request.account(), streamName);
        if (stream == null || !stream.config().permissions().allowDirect()) {
            return Handling.NOT_HANDLED;
        }
        if (request.reply().isEmpty()) {
            return Handling.HANDLED;
        }
        DirectMessages answer = new DirectMessages(services, request, streamName);
        if (isLevelTooHigh) {
            answer.status(StatusLine.REQUIRED_API_LEVEL);
            return Handling.HANDLED;
        }
        DirectRequest wanted = subject.isEmpty()
                ? MessageSelectorJson.readDirect(request.payload())
                : MessageSelectorJson.readDirectLast(String.join(".", subject), request.payload());
        if (wanted instanceof DirectRequest.Query found) {
            read(stream, bounded(found.query().selector()))
                    .whenComplete((response, failure) -> answer(answer, found.query(), response, failure));
        } else {
            answer.status(status(((DirectRequest.Problem) wanted).problem()));
        }
        return Handling.HANDLED;
    }

    /** What a direct get may bring at once; upstream's limit on what a client has pending. */
    private static MessageSelector bounded(MessageSelector selector) {
        return selector.maxBytes() > 0
                ? selector
                : new MessageSelector(
                        selector.kind(),
                        selector.sequence(),
                        selector.timeNanos(),
                        selector.subjects(),
                        selector.batch(),
                        MAX_BATCH_BYTES,
                        selector.upToSequence(),
                        selector.upToTimeNanos());
    }

    private CompletableFuture<StreamResponse> read(StreamAssignment stream, MessageSelector selector) {
        return services.streams().ask(new ReadMessages(stream.number(), selector), Descriptions.DEADLINE);
    }

    private static ApiAnswer got(ApiCall call, MessageQuery query, StreamResponse response) {
        if (response instanceof Messages found && !found.messages().isEmpty()) {
            StoredMessage message = found.messages().get(0);
            return call.success(json -> json.object("message", fields -> write(fields, message, query)))
                    .unaudited();
        }
        return call.failure(
                response instanceof StreamResponse.Refused refused
                        ? refused.reason()
                        : JetStreamApiError.NO_MESSAGE_FOUND.rejected());
    }

    private static void write(Json json, StoredMessage message, MessageQuery query) {
        json.text("subject", message.subject()).unsigned("seq", message.sequence());
        if (!query.withoutHeaders()) {
            json.bytesIfAny("hdrs", message.headers());
        }
        json.bytesIfAny("data", message.payload()).time("time", message.timeNanos());
    }

    /** A stream without a leader sends nothing: the client asks again when its time is over. */
    private static void answer(
            DirectMessages answer, MessageQuery query, @Nullable StreamResponse response, @Nullable Throwable failure) {
        boolean isMulti = query.selector().kind() == MessageSelector.Kind.LAST_OF_EACH;
        if (failure != null) {
            LOG.debug("direct get failed", failure);
        } else if (response instanceof Messages found && isMulti) {
            multi(answer, query, found);
        } else if (response instanceof Messages found && !found.messages().isEmpty()) {
            some(answer, query, found);
        } else {
            answer.status(isMulti ? StatusLine.NO_RESULTS : StatusLine.MESSAGE_NOT_FOUND);
        }
    }

    private static void some(DirectMessages answer, MessageQuery query, Messages found) {
        if (query.batched()) {
            answer.batch(found, !query.withoutHeaders(), -1);
        } else {
            answer.single(found.messages().get(0), !query.withoutHeaders());
        }
    }

    private static void multi(DirectMessages answer, MessageQuery query, Messages found) {
        MessageSelector selector = query.selector();
        boolean isNextPage = selector.sequence() > 1;
        if (found.messages().size() + found.pending() > MAX_SUBJECTS) {
            answer.status(StatusLine.TOO_MANY_RESULTS);
        } else if (found.messages().isEmpty() && !isNextPage || selector.upToSequence() > found.lastSequence()) {
            answer.status(StatusLine.NO_RESULTS);
        } else {
            answer.batch(found, !query.withoutHeaders(), found.upToSequence());
        }
    }

    private static StatusLine status(DirectProblem problem) {
        return switch (problem) {
            case EMPTY -> StatusLine.EMPTY_REQUEST;
            case MALFORMED -> StatusLine.MALFORMED_REQUEST;
            case BAD -> StatusLine.BAD_REQUEST;
        };
    }
}
