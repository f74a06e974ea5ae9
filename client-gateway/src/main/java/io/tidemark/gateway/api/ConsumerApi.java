package io.tidemark.gateway.api;

import io.tidemark.gateway.json.ClusterInfoJson.ClusterView;
import io.tidemark.gateway.json.ConsumerCreateRequestJson;
import io.tidemark.gateway.json.ConsumerInfoJson;
import io.tidemark.gateway.json.Json;
import io.tidemark.gateway.json.PagedRequestJson;
import io.tidemark.gateway.json.PullRequestJson;
import io.tidemark.meta.MetaImage.ConsumerAssignment;
import io.tidemark.meta.MetaImage.StreamAssignment;
import io.tidemark.meta.command.MetaCommand.PutConsumer.Action;
import io.tidemark.meta.command.MetaReply;
import io.tidemark.storage.Bytes;
import io.tidemark.stream.command.StreamRequest.Pull;
import io.tidemark.stream.command.StreamRequest.PullSpec;
import io.tidemark.stream.command.StreamResponse;
import io.tidemark.stream.command.StreamResponse.ConsumerStatus;
import io.tidemark.stream.command.StreamResponse.ConsumerStatuses;
import io.tidemark.stream.model.Checked;
import io.tidemark.stream.model.ConsumerConfig;
import io.tidemark.stream.model.ConsumerConfigRequest;
import io.tidemark.stream.model.ConsumerConfigRules;
import io.tidemark.stream.model.JetStreamApiError;
import io.tidemark.stream.model.Rejected;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/** The API's operations on consumers. */
final class ConsumerApi {
    private static final int GENERATED_NAME_LENGTH = 8;

    /** A pull whose stream has no leader for so long is lost; its client has asked again by then. */
    private static final Duration PULL_DEADLINE = Duration.ofSeconds(30);

    /** Longer bodies of pull requests aren't kept. */
    private static final int MAX_KNOWN_BYTES = 256;

    private final ApiServices services;
    private final StreamIndex index;
    private final Descriptions descriptions;
    private final Advisories advisories;
    private final ClusterViews clusters;
    /** Clients ask in the same words again and again. */
    private volatile PullBody lastPull = new PullBody(Bytes.EMPTY, PullRequestJson.read(Bytes.EMPTY));

    ConsumerApi(ApiServices services, StreamIndex index, Descriptions descriptions, Advisories advisories) {
        this.services = services;
        this.index = index;
        this.descriptions = descriptions;
        this.advisories = advisories;
        this.clusters = new ClusterViews(services.server());
    }

    /** {@code CONSUMER.CREATE.stream}, {@code ….stream.consumer} and {@code ….stream.consumer.filter}. */
    CompletableFuture<ApiAnswer> create(ApiCall call) {
        return create(call, (name, request) -> {
            if (name.isEmpty()) {
                return refuseIf(
                        !request.durableName().isEmpty(), JetStreamApiError.CONSUMER_EPHEMERAL_WITH_DURABLE_NAME);
            }
            String filter = String.join(
                    ".", call.arguments().subList(2, call.arguments().size()));
            return refuseIf(
                            !request.durableName().isEmpty()
                                    && !request.durableName().equals(name),
                            JetStreamApiError.CONSUMER_DURABLE_NAME_MISMATCH)
                    .or(() -> filter.isEmpty() ? Optional.empty() : checkFilter(request, filter));
        });
    }

    /** {@code CONSUMER.DURABLE.CREATE.stream.consumer}. */
    CompletableFuture<ApiAnswer> createDurable(ApiCall call) {
        return create(
                call,
                (name, request) -> refuseIf(
                                request.durableName().isEmpty(), JetStreamApiError.CONSUMER_DURABLE_NAME_MISSING)
                        .or(() -> refuseIf(
                                !request.durableName().equals(name),
                                JetStreamApiError.CONSUMER_DURABLE_NAME_MISMATCH)));
    }

    CompletableFuture<ApiAnswer> names(ApiCall call) {
        return call.with(PagedRequestJson.readConsumers(call.body()), request -> {
            StreamAssignment stream = index.find(call.account(), call.streamName());
            if (stream == null) {
                return call.refused(JetStreamApiError.STREAM_NOT_FOUND);
            }
            Page<String> page = Page.of(names(stream), request.offset(), Page.NAMES);
            return call.succeeded(json -> {
                page.write(json);
                json.texts("consumers", page.items());
            });
        });
    }

    CompletableFuture<ApiAnswer> list(ApiCall call) {
        return call.with(PagedRequestJson.readConsumers(call.body()), request -> {
            StreamAssignment stream = index.find(call.account(), call.streamName());
            if (stream == null) {
                return call.refused(JetStreamApiError.STREAM_NOT_FOUND);
            }
            Page<String> page = Page.of(names(stream), request.offset(), Page.INFOS);
            return descriptions
                    .consumers(stream.number(), page.items())
                    .thenApply(statuses -> call.success(json -> {
                        page.write(json);
                        writeInfos(json, stream, page.items(), statuses);
                    }));
        });
    }

    CompletableFuture<ApiAnswer> info(ApiCall call) {
        if (!call.isBodyEmpty()) {
            return call.refused(JetStreamApiError.NOT_EMPTY_REQUEST);
        }
        return known(call)
                .map(found -> descriptions
                        .consumer(found.stream().number(), found.consumer().revision(), call.consumerName())
                        .thenApply(response -> described(call, response)))
                .orElseGet(() -> unknown(call));
    }

    CompletableFuture<ApiAnswer> delete(ApiCall call) {
        if (!call.isBodyEmpty()) {
            return call.refused(JetStreamApiError.NOT_EMPTY_REQUEST);
        }
        StreamAssignment stream = index.find(call.account(), call.streamName());
        if (stream == null) {
            return call.refused(JetStreamApiError.STREAM_NOT_FOUND);
        }
        String consumer = call.arguments().get(1);
        return services.meta()
                .deleteConsumer(call.account(), call.streamName(), consumer)
                .thenCompose(reply -> deleted(call, stream, consumer, reply));
    }

    CompletableFuture<ApiAnswer> stepDown(ApiCall call) {
        return services.server().isClustered()
                ? refuseKnown(call)
                : call.refused(JetStreamApiError.CLUSTERING_REQUIRED);
    }

    /** No consumer has priority groups yet. */
    CompletableFuture<ApiAnswer> unpin(ApiCall call) {
        return known(call).isPresent()
                ? call.refused(JetStreamApiError.CONSUMER_INVALID_PRIORITY_GROUP)
                : unknown(call);
    }

    /** nats-server doesn't answer where the consumer isn't there. */
    CompletableFuture<ApiAnswer> reset(ApiCall call) {
        return known(call).isPresent()
                ? refuseKnown(call).thenApply(ApiAnswer::unaudited)
                : CompletableFuture.completedFuture(ApiAnswer.SILENCE);
    }

    /** For what this server knows but can't do yet. */
    CompletableFuture<ApiAnswer> refuseKnown(ApiCall call) {
        return known(call).isPresent()
                ? call.refused(
                        JetStreamApiError.CONSUMER_CREATE.with(call.operation().verb() + " is not supported yet"))
                : unknown(call);
    }

    /** {@code CONSUMER.MSG.NEXT.stream.consumer}: on its way to the leader when this returns. */
    Handling next(ApiRequest request, String streamName, String consumer, boolean isLevelTooHigh) {
        StreamAssignment stream = index.find(request.account(), streamName);
        if (stream == null || !stream.consumers().containsKey(consumer)) {
            return Handling.NOT_HANDLED;
        }
        if (request.reply().isEmpty()) {
            return Handling.HANDLED;
        }
        if (isLevelTooHigh) {
            services.replies()
                    .reply(request.account(), request.reply(), StatusLine.REQUIRED_API_LEVEL.headers(), Bytes.EMPTY);
            return Handling.HANDLED;
        }
        Pull pull = new Pull(stream.number(), consumer, request.reply(), spec(request.payload()));
        services.streams().ask(pull, deadline(pull.spec()));
        return Handling.HANDLED;
    }

    private PullSpec spec(Bytes body) {
        PullBody known = lastPull;
        if (body.equals(known.body)) {
            return known.spec;
        }
        PullSpec spec = PullRequestJson.read(body);
        if (body.size() <= MAX_KNOWN_BYTES) {
            lastPull = new PullBody(Bytes.wrap(body.toArray()), spec);
        }
        return spec;
    }

    /** A request that expires isn't brought to a leader later than that. */
    private static Duration deadline(PullSpec spec) {
        Duration expires = Duration.ofNanos(spec.expiresNanos());
        return spec.expiresNanos() > 0 && expires.compareTo(PULL_DEADLINE) < 0 ? expires : PULL_DEADLINE;
    }

    private CompletableFuture<ApiAnswer> create(ApiCall call, NameRule rule) {
        return call.with(ConsumerCreateRequestJson.read(call.body()), request -> {
            if (!request.stream().equals(call.streamName())) {
                return call.refused(JetStreamApiError.STREAM_NAME_MISMATCH);
            }
            String name = call.arguments().size() > 1 ? call.arguments().get(1) : "";
            Optional<Rejected> misnamed = rule.check(name, request.config());
            if (misnamed.isPresent()) {
                return call.refused(misnamed.get());
            }
            StreamAssignment stream = index.find(call.account(), call.streamName());
            if (stream == null) {
                return call.refused(JetStreamApiError.STREAM_NOT_FOUND);
            }
            ConsumerConfigRequest named =
                    name.isEmpty() ? request.config() : request.config().named(name);
            Checked<ConsumerConfig> completed = ConsumerConfigRules.complete(
                    named, stream.config(), call.limits().server(), RandomName.of(GENERATED_NAME_LENGTH));
            return call.with(
                    completed,
                    config -> movesListener(call, stream, config, request.action())
                            ? call.refused(JetStreamApiError.CONSUMER_NAME_IN_USE)
                            : put(call, config, request.action()));
        });
    }

    /** A push consumer that somebody listens to keeps its subject. */
    private boolean movesListener(ApiCall call, StreamAssignment stream, ConsumerConfig config, Action action) {
        ConsumerAssignment known = stream.consumers().get(config.name());
        if (known == null || action == Action.CREATE || !config.isPush()) {
            return false;
        }
        String subject = known.config().push().deliverSubject();
        return !subject.isEmpty()
                && !subject.equals(config.push().deliverSubject())
                && services.replies().hasInterest(call.account(), subject);
    }

    private CompletableFuture<ApiAnswer> put(ApiCall call, ConsumerConfig config, Action action) {
        return services.meta()
                .putConsumer(
                        call.account(),
                        call.streamName(),
                        config,
                        action,
                        call.limits().maxConsumers())
                .thenCompose(reply ->
                        reply instanceof MetaReply.Put put ? created(call, config.name(), put) : call.refused(reply));
    }

    private CompletableFuture<ApiAnswer> created(ApiCall call, String consumer, MetaReply.Put put) {
        long revision = index.revision(call.account(), call.streamName(), put.revision());
        return descriptions.consumer(put.stream(), revision, consumer).thenApply(response -> {
            if (put.created()) {
                advisories.consumerCreated(call.account(), call.streamName(), consumer);
            }
            return described(call, response);
        });
    }

    /** Answered once the stream has applied it, or its leader is away for too long: then it will. */
    private CompletableFuture<ApiAnswer> deleted(
            ApiCall call, StreamAssignment stream, String consumer, MetaReply reply) {
        if (!(reply instanceof MetaReply.Done done)) {
            return call.refused(reply);
        }
        long revision = index.revision(call.account(), call.streamName(), done.revision());
        return descriptions.stream(stream.number(), revision).handle((response, failure) -> {
            advisories.consumerDeleted(call.account(), call.streamName(), consumer);
            return call.success();
        });
    }

    private ApiAnswer described(ApiCall call, StreamResponse response) {
        if (response instanceof ConsumerStatuses statuses
                && !statuses.consumers().isEmpty()) {
            StreamAssignment stream = index.find(call.account(), call.streamName());
            ConsumerStatus status = statuses.consumers().get(0);
            return call.success(json -> ConsumerInfoJson.write(
                    json, call.streamName(), status, clusters.of(stream, statuses.group()), now()));
        }
        return call.failure(
                response instanceof StreamResponse.Refused refused
                        ? refused.reason()
                        : JetStreamApiError.CONSUMER_NOT_FOUND.rejected());
    }

    /** Those of which nothing was heard are listed as missing. */
    private void writeInfos(
            Json json, StreamAssignment stream, List<String> names, Optional<ConsumerStatuses> statuses) {
        String streamName = stream.config().name();
        List<ConsumerStatus> answered =
                statuses.map(ConsumerStatuses::consumers).orElse(List.of());
        ClusterView cluster =
                statuses.map(any -> clusters.of(stream, any.group())).orElse(null);
        List<String> missing = new ArrayList<>(names);
        answered.forEach(status -> missing.remove(status.config().name()));
        json.objects(
                "consumers",
                answered,
                (item, status) -> ConsumerInfoJson.writeListed(item, streamName, status, cluster, now()));
        json.textsIfAny("missing", missing);
    }

    private long now() {
        return services.nowNanos().getAsLong();
    }

    private Optional<Known> known(ApiCall call) {
        StreamAssignment stream = index.find(call.account(), call.streamName());
        ConsumerAssignment consumer =
                stream == null ? null : stream.consumers().get(call.arguments().get(1));
        return stream == null || consumer == null ? Optional.empty() : Optional.of(new Known(stream, consumer));
    }

    private CompletableFuture<ApiAnswer> unknown(ApiCall call) {
        return call.refused(
                index.find(call.account(), call.streamName()) == null
                        ? JetStreamApiError.STREAM_NOT_FOUND
                        : JetStreamApiError.CONSUMER_NOT_FOUND);
    }

    /** Sorted, without those that are the server's own. */
    private static List<String> names(StreamAssignment stream) {
        TreeMap<String, ConsumerAssignment> sorted = new TreeMap<>(stream.consumers());
        sorted.values().removeIf(consumer -> consumer.config().direct());
        return List.copyOf(sorted.keySet());
    }

    private static Optional<Rejected> checkFilter(ConsumerConfigRequest request, String filter) {
        return refuseIf(
                        !request.raw().filterSubjects().isEmpty(),
                        JetStreamApiError.CONSUMER_MULTIPLE_FILTERS_NOT_ALLOWED)
                .or(() ->
                        refuseIf(!request.filterSubject().equals(filter), JetStreamApiError.CONSUMER_FILTER_MISMATCH));
    }

    private static Optional<Rejected> refuseIf(boolean wrong, JetStreamApiError error) {
        return wrong ? Optional.of(error.rejected()) : Optional.empty();
    }

    private record Known(StreamAssignment stream, ConsumerAssignment consumer) {}

    /** What a subject demands of the config's names. */
    private interface NameRule {
        Optional<Rejected> check(String name, ConsumerConfigRequest request);
    }

    /** A pull request's body, and what it says. */
    private record PullBody(Bytes body, PullSpec spec) {}
}
