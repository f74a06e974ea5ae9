package io.tidemark.gateway.api;

import io.tidemark.gateway.api.Descriptions.Described;
import io.tidemark.gateway.json.Json;
import io.tidemark.gateway.json.PagedRequestJson;
import io.tidemark.gateway.json.PurgeRequestJson;
import io.tidemark.gateway.json.StreamConfigJson;
import io.tidemark.gateway.json.StreamInfoJson;
import io.tidemark.gateway.json.StreamInfoRequestJson;
import io.tidemark.meta.MetaImage.StreamAssignment;
import io.tidemark.meta.command.MetaReply;
import io.tidemark.stream.command.FrameOperation.Purge;
import io.tidemark.stream.command.StreamReply.FrameOutcome;
import io.tidemark.stream.command.StreamRequest.DescribeStream;
import io.tidemark.stream.command.StreamResponse;
import io.tidemark.stream.command.StreamResponse.StreamStatus;
import io.tidemark.stream.model.JetStreamApiError;
import io.tidemark.stream.model.StoreLimits;
import io.tidemark.stream.model.StreamConfig;
import io.tidemark.stream.model.StreamConfigRules;
import io.tidemark.stream.model.Subject;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;

/** The API's operations on streams. */
final class StreamApi {
    private final ApiServices services;
    private final StreamIndex index;
    private final Descriptions descriptions;
    private final Advisories advisories;
    private final ClusterViews clusters;

    StreamApi(ApiServices services, StreamIndex index, Descriptions descriptions, Advisories advisories) {
        this.services = services;
        this.index = index;
        this.descriptions = descriptions;
        this.advisories = advisories;
        this.clusters = new ClusterViews(services.server());
    }

    CompletableFuture<ApiAnswer> create(ApiCall call) {
        return call.with(StreamConfigJson.read(call.body()), request -> {
            if (!request.raw().name().equals(call.streamName())) {
                return call.refused(JetStreamApiError.STREAM_NAME_MISMATCH);
            }
            return call.with(
                    StreamConfigRules.completeNew(request, call.limits().server()), config -> create(call, config));
        });
    }

    CompletableFuture<ApiAnswer> update(ApiCall call) {
        return call.with(
                StreamConfigJson.read(call.body()),
                request -> call.with(
                        StreamConfigRules.completeUpdate(request, call.limits().server()), config -> {
                            if (!config.name().equals(call.streamName())) {
                                return call.refused(JetStreamApiError.STREAM_NAME_MISMATCH);
                            }
                            return update(call, config);
                        }));
    }

    CompletableFuture<ApiAnswer> names(ApiCall call) {
        return call.with(PagedRequestJson.readStreamNames(call.body()), request -> {
            List<String> names = matching(call.account(), request.subject()).stream()
                    .map(stream -> stream.config().name())
                    .toList();
            Page<String> page = Page.of(names, request.offset(), Page.NAMES);
            return call.succeeded(json -> {
                page.write(json);
                writeNames(json, page.items());
            });
        });
    }

    CompletableFuture<ApiAnswer> list(ApiCall call) {
        return call.with(PagedRequestJson.readStreams(call.body()), request -> {
            Page<StreamAssignment> page =
                    Page.of(matching(call.account(), request.subject()), request.offset(), Page.INFOS);
            return descriptions
                    .streams(page.items())
                    .thenApply(statuses -> call.success(json -> {
                        page.write(json);
                        writeInfos(json, statuses);
                    }));
        });
    }

    CompletableFuture<ApiAnswer> info(ApiCall call) {
        return call.with(StreamInfoRequestJson.read(call.body()), request -> {
            StreamAssignment stream = index.find(call.account(), call.streamName());
            if (stream == null) {
                return call.refused(JetStreamApiError.STREAM_NOT_FOUND);
            }
            int offset = request.offset();
            String filter = request.subjectsFilter();
            DescribeStream describe = new DescribeStream(
                    stream.number(),
                    stream.revision(),
                    request.deletedDetails(),
                    filter.isEmpty() ? null : filter,
                    offset);
            return descriptions.stream(describe)
                    .thenApply(response -> described(call, response, (json, status) -> {
                        writeSubjectsPage(json, status, offset);
                        StreamInfoJson.write(json, status, clusters.always(stream, status.group()), now());
                    }));
        });
    }

    CompletableFuture<ApiAnswer> delete(ApiCall call) {
        if (!call.isBodyEmpty()) {
            return call.refused(JetStreamApiError.NOT_EMPTY_REQUEST);
        }
        StreamAssignment stream = index.find(call.account(), call.streamName());
        if (stream == null) {
            return call.refused(JetStreamApiError.STREAM_NOT_FOUND);
        }
        return services.meta().deleteStream(call.account(), call.streamName()).thenCompose(reply -> {
            if (!(reply instanceof MetaReply.Done)) {
                return call.refused(reply);
            }
            for (String consumer : new TreeSet<>(stream.consumers().keySet())) {
                advisories.consumerDeleted(call.account(), call.streamName(), consumer);
            }
            advisories.streamDeleted(call.account(), call.streamName());
            return CompletableFuture.completedFuture(call.success());
        });
    }

    CompletableFuture<ApiAnswer> purge(ApiCall call) {
        return call.with(PurgeRequestJson.read(call.body()), request -> {
            StreamAssignment stream = index.find(call.account(), call.streamName());
            if (stream == null) {
                return call.refused(JetStreamApiError.STREAM_NOT_FOUND);
            }
            Purge purge = new Purge(request.filter(), request.belowSequence(), request.keep());
            return call.frames().submit(stream.number(), purge).thenApply(outcome -> {
                if (outcome instanceof FrameOutcome.Purged purged) {
                    return call.success(json -> json.flag("success", true).number("purged", purged.count()));
                }
                return call.failure(((FrameOutcome.Declined) outcome).reason());
            });
        });
    }

    CompletableFuture<ApiAnswer> snapshot(ApiCall call) {
        return call.isBodyEmpty() ? call.refused(JetStreamApiError.BAD_REQUEST) : refuseKnown(call);
    }

    CompletableFuture<ApiAnswer> restore(ApiCall call) {
        return call.isBodyEmpty() ? call.refused(JetStreamApiError.BAD_REQUEST) : notYet(call);
    }

    CompletableFuture<ApiAnswer> cancelMove(ApiCall call) {
        if (!services.server().isClustered()) {
            return call.refused(JetStreamApiError.CLUSTERING_REQUIRED);
        }
        // No stream moves yet, so none can be stopped.
        return index.find(call.account(), call.streamName()) == null
                ? call.refused(JetStreamApiError.STREAM_NOT_FOUND)
                : call.refused(JetStreamApiError.RECONFIGURATION_NOT_IN_PROGRESS);
    }

    /** For what needs a cluster, and isn't there yet. */
    CompletableFuture<ApiAnswer> refuseClustered(ApiCall call) {
        return services.server().isClustered()
                ? refuseKnown(call)
                : call.refused(JetStreamApiError.CLUSTERING_REQUIRED);
    }

    /** Peers can't be moved yet. */
    CompletableFuture<ApiAnswer> removePeer(ApiCall call) {
        return services.server().isClustered() && call.isBodyEmpty()
                ? call.refused(JetStreamApiError.BAD_REQUEST)
                : refuseClustered(call);
    }

    private CompletableFuture<ApiAnswer> refuseKnown(ApiCall call) {
        return index.find(call.account(), call.streamName()) == null
                ? call.refused(JetStreamApiError.STREAM_NOT_FOUND)
                : notYet(call);
    }

    private static CompletableFuture<ApiAnswer> notYet(ApiCall call) {
        return call.refused(
                JetStreamApiError.STREAM_INVALID_CONFIG.with(call.operation().verb() + " is not supported yet"));
    }

    private CompletableFuture<ApiAnswer> create(ApiCall call, StreamConfig config) {
        boolean isNew = index.find(call.account(), config.name()) == null;
        if (isNew && !AccountReservations.haveRoomForNew(call, index.all(call.account()), config)) {
            return call.refused(StoreLimits.exceeded(config.storage()));
        }
        return services.meta()
                .createStream(call.account(), config, call.limits().maxStreams())
                .thenCompose(reply -> reply instanceof MetaReply.Put put ? created(call, put) : call.refused(reply));
    }

    private CompletableFuture<ApiAnswer> created(ApiCall call, MetaReply.Put put) {
        // nats-server says did_create for a repeated create too, unless it's clustered.
        boolean didCreate = put.created() || !services.server().isClustered();
        return described(call, put).thenApply(response -> {
            if (put.created()) {
                advisories.streamCreated(call.account(), call.streamName());
            }
            return described(call, response, (json, status) -> {
                writeInfo(json, call, status);
                json.flagIfAny("did_create", didCreate);
            });
        });
    }

    private CompletableFuture<ApiAnswer> update(ApiCall call, StreamConfig config) {
        if (!AccountReservations.haveRoom(call, index.all(call.account()), config)) {
            return call.refused(StoreLimits.exceeded(config.storage()));
        }
        return services.meta()
                .updateStream(call.account(), config)
                .thenCompose(reply -> reply instanceof MetaReply.Put put ? updated(call, put) : call.refused(reply));
    }

    private CompletableFuture<ApiAnswer> updated(ApiCall call, MetaReply.Put put) {
        return described(call, put).thenApply(response -> {
            advisories.streamUpdated(call.account(), call.streamName());
            return described(call, response, (json, status) -> writeInfo(json, call, status));
        });
    }

    private CompletableFuture<StreamResponse> described(ApiCall call, MetaReply.Put put) {
        long revision = index.revision(call.account(), call.streamName(), put.revision());
        return descriptions.stream(put.stream(), revision);
    }

    private static ApiAnswer described(ApiCall call, StreamResponse response, BiConsumer<Json, StreamStatus> fields) {
        if (response instanceof StreamStatus status) {
            return call.success(json -> fields.accept(json, status));
        }
        return call.failure(
                response instanceof StreamResponse.Refused refused
                        ? refused.reason()
                        : JetStreamApiError.SYSTEM_UNAVAILABLE.rejected());
    }

    private void writeInfo(Json json, ApiCall call, StreamStatus status) {
        StreamAssignment stream = index.find(call.account(), call.streamName());
        StreamInfoJson.write(json, status, clusters.of(stream, status.group()), now());
    }

    private void writeInfos(Json json, List<Described> streams) {
        List<Described> answered =
                streams.stream().filter(stream -> stream.status().isPresent()).toList();
        json.objects("streams", answered, (item, described) -> {
            StreamStatus status = described.status().orElseThrow();
            StreamInfoJson.writeListed(item, status, clusters.of(described.stream(), status.group()), now());
        });
        json.textsIfAny(
                "missing",
                streams.stream()
                        .filter(described -> described.status().isEmpty())
                        .map(described -> described.stream().config().name())
                        .toList());
    }

    /** nats-server writes null where there are none. */
    private static void writeNames(Json json, List<String> names) {
        if (names.isEmpty()) {
            json.nothing("streams");
        } else {
            json.texts("streams", names);
        }
    }

    /** All zero where no subjects were asked for, and where none passes the filter. */
    private static void writeSubjectsPage(Json json, StreamStatus status, int offset) {
        boolean any = status.subjectsTotal() > 0;
        json.number("total", status.subjectsTotal())
                .number("offset", any ? offset : 0)
                .number("limit", any ? Page.SUBJECTS : 0);
    }

    private long now() {
        return services.nowNanos().getAsLong();
    }

    /**
     * The account's streams that have a subject in common with this one, sorted by name.
     *
     * @param subject empty for all streams
     */
    private List<StreamAssignment> matching(String account, String subject) {
        if (subject.isEmpty()) {
            return List.copyOf(index.all(account));
        }
        if (!Subject.isValid(subject)) {
            return List.of();
        }
        return index.all(account).stream()
                .filter(stream -> StreamConfigRules.overlaps(stream.config().subjects(), List.of(subject)))
                .toList();
    }
}
