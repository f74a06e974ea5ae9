package io.tidemark.gateway.api;

import io.tidemark.meta.MetaClient;
import io.tidemark.meta.MetaImage;
import io.tidemark.meta.MetaImage.ConsumerAssignment;
import io.tidemark.meta.MetaImage.StreamAssignment;
import io.tidemark.meta.Replicas;
import io.tidemark.meta.StreamId;
import io.tidemark.meta.command.MetaCommand.PutConsumer.Action;
import io.tidemark.meta.command.MetaReply;
import io.tidemark.raft.GroupId;
import io.tidemark.raft.PeerId;
import io.tidemark.raft.UnavailableException;
import io.tidemark.stream.model.ConsumerConfig;
import io.tidemark.stream.model.ConsumerConfigRules;
import io.tidemark.stream.model.JetStreamApiError;
import io.tidemark.stream.model.Rejected;
import io.tidemark.stream.model.StreamConfig;
import io.tidemark.stream.model.StreamConfigRules;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A meta group of one, in memory: decides and answers at once. */
final class FakeMetaClient implements MetaClient {
    static final long CREATED_AT_NANOS = 1_700_000_000_000_000_000L;

    private static final PeerId PEER = new PeerId("n1", "00000001");

    private MetaImage image = MetaImage.EMPTY;
    private int lastNumber;
    private boolean leaderless;
    private @Nullable Rejected nextRefusal;

    /** From here on nobody leads. */
    void loseLeader() {
        leaderless = true;
    }

    /** The next change is refused so. */
    void refuseNext(Rejected reason) {
        nextRefusal = reason;
    }

    @Override
    public MetaImage image() {
        return image;
    }

    @Override
    public void watch(Consumer<MetaImage> listener) {
        listener.accept(image);
    }

    @Override
    public CompletableFuture<MetaReply> createStream(String account, StreamConfig config, int maxStreams) {
        StreamAssignment existing = image.stream(account, config.name()).orElse(null);
        if (existing != null) {
            return StreamConfigRules.isSame(existing.config(), config)
                    ? answer(new MetaReply.Put(existing.revision(), existing.number(), "", false))
                    : refuse(JetStreamApiError.STREAM_NAME_IN_USE);
        }
        for (StreamAssignment other : image.streams(account)) {
            if (StreamConfigRules.overlaps(other.config().subjects(), config.subjects())) {
                return refuse(JetStreamApiError.STREAM_SUBJECT_OVERLAP);
            }
        }
        int number = ++lastNumber;
        put(new StreamAssignment(
                new StreamId("stream-" + number),
                number,
                new GroupId(new UUID(0, number)),
                Replicas.founding(List.of(PEER), image.revision() + 1),
                account,
                config,
                CREATED_AT_NANOS,
                image.revision() + 1,
                Map.of(),
                List.of()));
        return answer(new MetaReply.Put(image.revision(), number, "", true));
    }

    @Override
    public CompletableFuture<MetaReply> updateStream(String account, StreamConfig config) {
        StreamAssignment existing = image.stream(account, config.name()).orElse(null);
        if (existing == null) {
            return refuse(JetStreamApiError.STREAM_NOT_FOUND);
        }
        Optional<Rejected> refused = StreamConfigRules.checkUpdate(existing.config(), config);
        if (refused.isPresent()) {
            return answer(new MetaReply.Refused(refused.get()));
        }
        put(with(existing, StreamConfigRules.stored(config), existing.consumers()));
        return answer(new MetaReply.Put(image.revision(), existing.number(), "", false));
    }

    @Override
    public CompletableFuture<MetaReply> deleteStream(String account, String stream) {
        StreamAssignment existing = image.stream(account, stream).orElse(null);
        if (existing == null) {
            return refuse(JetStreamApiError.STREAM_NOT_FOUND);
        }
        Map<Integer, StreamAssignment> streams = new HashMap<>(image.streams());
        streams.remove(existing.number());
        image = next(streams);
        return answer(new MetaReply.Done(image.revision()));
    }

    @Override
    public CompletableFuture<MetaReply> putConsumer(
            String account, String stream, ConsumerConfig config, Action action, int maxConsumers) {
        StreamAssignment existing = image.stream(account, stream).orElse(null);
        if (existing == null) {
            return refuse(JetStreamApiError.STREAM_NOT_FOUND);
        }
        ConsumerAssignment consumer = existing.consumers().get(config.name());
        if (consumer == null && action == Action.UPDATE) {
            return refuse(JetStreamApiError.CONSUMER_DOES_NOT_EXIST);
        }
        if (consumer != null && action == Action.CREATE && !ConsumerConfigRules.isSame(consumer.config(), config)) {
            return refuse(JetStreamApiError.CONSUMER_EXISTS);
        }
        Optional<Rejected> refused =
                consumer == null ? Optional.empty() : ConsumerConfigRules.checkUpdate(consumer.config(), config);
        if (refused.isPresent()) {
            return answer(new MetaReply.Refused(refused.get()));
        }
        String id = consumer == null ? "consumer-" + (image.revision() + 1) : consumer.id();
        Map<String, ConsumerAssignment> consumers = new HashMap<>(existing.consumers());
        consumers.put(config.name(), new ConsumerAssignment(id, config, CREATED_AT_NANOS, image.revision() + 1));
        put(with(existing, existing.config(), consumers));
        return answer(new MetaReply.Put(image.revision(), existing.number(), id, consumer == null));
    }

    @Override
    public CompletableFuture<MetaReply> deleteConsumer(String account, String stream, String consumer) {
        StreamAssignment existing = image.stream(account, stream).orElse(null);
        if (existing == null) {
            return refuse(JetStreamApiError.STREAM_NOT_FOUND);
        }
        Map<String, ConsumerAssignment> consumers = new HashMap<>(existing.consumers());
        if (consumers.remove(consumer) == null) {
            return refuse(JetStreamApiError.CONSUMER_NOT_FOUND);
        }
        put(with(existing, existing.config(), consumers));
        return answer(new MetaReply.Done(image.revision()));
    }

    @Override
    public CompletableFuture<MetaReply> removeInactive(StreamId stream, String consumerId, long revision) {
        throw new UnsupportedOperationException("the API removes nothing for inactivity");
    }

    @Override
    public String leaderNode() {
        return leaderless ? "" : "n1";
    }

    private void put(StreamAssignment stream) {
        Map<Integer, StreamAssignment> streams = new HashMap<>(image.streams());
        streams.put(stream.number(), stream);
        image = next(streams);
    }

    private MetaImage next(Map<Integer, StreamAssignment> streams) {
        return new MetaImage(image.revision() + 1, "cluster", 1, Map.of(), Map.copyOf(streams), Map.of());
    }

    private StreamAssignment with(
            StreamAssignment stream, StreamConfig config, Map<String, ConsumerAssignment> consumers) {
        return new StreamAssignment(
                stream.id(),
                stream.number(),
                stream.group(),
                stream.replicas(),
                stream.account(),
                config,
                stream.createdAtNanos(),
                image.revision() + 1,
                Map.copyOf(consumers),
                List.of());
    }

    private CompletableFuture<MetaReply> refuse(JetStreamApiError error) {
        return answer(new MetaReply.Refused(error.rejected()));
    }

    private CompletableFuture<MetaReply> answer(MetaReply reply) {
        if (leaderless) {
            return CompletableFuture.failedFuture(
                    new UnavailableException(UnavailableException.Reason.DEADLINE, "nobody leads"));
        }
        Rejected refusal = nextRefusal;
        nextRefusal = null;
        return CompletableFuture.completedFuture(refusal == null ? reply : new MetaReply.Refused(refusal));
    }
}
