package io.tidemark.meta.state;

import io.tidemark.meta.MetaImage;
import io.tidemark.meta.MetaImage.ConsumerAssignment;
import io.tidemark.meta.MetaImage.StreamAssignment;
import io.tidemark.stream.model.ConsumerConfig;
import io.tidemark.stream.model.ConsumerConfigRules;
import io.tidemark.stream.model.JetStreamApiError;
import io.tidemark.stream.model.Rejected;
import io.tidemark.stream.model.StreamConfig;
import io.tidemark.stream.model.StreamConfigRules;
import java.util.List;
import java.util.Optional;

/** The rules between the streams of an account and between the consumers of a stream. An empty answer means allowed. */
final class Catalogue {
    private Catalogue() {}

    /** @param maxStreams unlimited where it isn't positive */
    static Optional<Rejected> refuseNewStream(MetaImage image, String account, StreamConfig config, int maxStreams) {
        if (maxStreams > 0 && image.streams(account).size() >= maxStreams) {
            return Optional.of(Rejected.of(JetStreamApiError.MAXIMUM_STREAMS));
        }
        return refuseSubjects(image, account, config);
    }

    /** No two streams of an account take the same subject. */
    private static Optional<Rejected> refuseSubjects(MetaImage image, String account, StreamConfig config) {
        for (StreamAssignment other : image.streams(account)) {
            if (!other.config().name().equals(config.name())
                    && StreamConfigRules.overlaps(
                            config.subjects(), other.config().subjects())) {
                return Optional.of(Rejected.of(JetStreamApiError.STREAM_SUBJECT_OVERLAP));
            }
        }
        return Optional.empty();
    }

    /** @param maxConsumers the account's for each stream, unlimited where it isn't positive; the stream may have less */
    static Optional<Rejected> refuseNewConsumer(StreamAssignment stream, ConsumerConfig config, int maxConsumers) {
        int max = smaller(stream.config().limits().maxConsumers(), maxConsumers);
        long present = stream.consumers().values().stream()
                .filter(consumer -> !consumer.config().direct())
                .count();
        if (!config.direct() && max > 0 && present >= max) {
            return Optional.of(Rejected.of(JetStreamApiError.MAXIMUM_CONSUMERS));
        }
        return refuseSharing(stream, config);
    }

    /** No two consumers of a work queue take the same message. */
    static Optional<Rejected> refuseSharing(StreamAssignment stream, ConsumerConfig config) {
        return ConsumerConfigRules.checkWorkQueue(stream.config(), config, consumers(stream));
    }

    /** The stream's own rules, then its consumers', then the account's. */
    static Optional<Rejected> refuseUpdate(MetaImage image, StreamAssignment stream, StreamConfig config) {
        return StreamConfigRules.checkUpdate(stream.config(), config)
                .or(() -> StreamConfigRules.checkConsumers(config, consumers(stream)))
                .or(() -> refuseSubjects(image, stream.account(), config));
    }

    private static List<ConsumerConfig> consumers(StreamAssignment stream) {
        return stream.consumers().values().stream()
                .map(ConsumerAssignment::config)
                .toList();
    }

    private static int smaller(int one, int other) {
        if (one <= 0) {
            return other;
        }
        return other <= 0 ? one : Math.min(one, other);
    }
}
