package io.tidemark.gateway.api;

import io.tidemark.meta.MetaImage.StreamAssignment;
import io.tidemark.stream.command.StreamRequest.DescribeConsumers;
import io.tidemark.stream.command.StreamRequest.DescribeStream;
import io.tidemark.stream.command.StreamResponse;
import io.tidemark.stream.command.StreamResponse.ConsumerStatuses;
import io.tidemark.stream.command.StreamResponse.StreamStatus;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Asks leaders what their streams and consumers look like. */
final class Descriptions {
    /** For one stream: as long as an election may take. */
    static final Duration DEADLINE = Duration.ofSeconds(5);

    /** For one of many: a leader that is missing makes a partial answer, not a late one. */
    private static final Duration LIST_DEADLINE = Duration.ofSeconds(2);

    private final ApiServices services;

    Descriptions(ApiServices services) {
        this.services = services;
    }

    /** The stream's plain state, once it has applied that revision. */
    CompletableFuture<StreamResponse> stream(int stream, long atLeastRevision) {
        return services.streams().ask(new DescribeStream(stream, atLeastRevision, false, null, 0), DEADLINE);
    }

    CompletableFuture<StreamResponse> stream(DescribeStream request) {
        return services.streams().ask(request, DEADLINE);
    }

    /** One consumer's state, once the stream has applied that revision. */
    CompletableFuture<StreamResponse> consumer(int stream, long atLeastRevision, String consumer) {
        return services.streams().ask(new DescribeConsumers(stream, atLeastRevision, List.of(consumer)), DEADLINE);
    }

    /** The states of these streams, in the same order. */
    CompletableFuture<List<Described>> streams(Collection<StreamAssignment> streams) {
        List<CompletableFuture<Described>> asked =
                streams.stream().map(this::described).toList();
        return CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new))
                .thenApply(done -> asked.stream().map(CompletableFuture::join).toList());
    }

    private CompletableFuture<Described> described(StreamAssignment stream) {
        DescribeStream request = new DescribeStream(stream.number(), 0, false, null, 0);
        return services.streams()
                .ask(request, LIST_DEADLINE)
                .handle((response, failure) -> new Described(
                        stream, response instanceof StreamStatus status ? Optional.of(status) : Optional.empty()));
    }

    /** The states of these consumers; empty where the stream's leader doesn't answer in time. */
    CompletableFuture<Optional<ConsumerStatuses>> consumers(int stream, List<String> names) {
        if (names.isEmpty()) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        return services.streams()
                .ask(new DescribeConsumers(stream, 0, names), LIST_DEADLINE)
                .handle((response, failure) ->
                        response instanceof ConsumerStatuses statuses ? Optional.of(statuses) : Optional.empty());
    }

    /** A stream; without a status where its leader doesn't answer in time. */
    record Described(StreamAssignment stream, Optional<StreamStatus> status) {}
}
