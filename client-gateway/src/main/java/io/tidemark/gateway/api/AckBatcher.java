package io.tidemark.gateway.api;

import io.tidemark.gateway.json.AckPayloadJson;
import io.tidemark.gateway.json.AckPayloadJson.AckPayload;
import io.tidemark.gateway.json.ClusterInfoJson;
import io.tidemark.meta.MetaImage.ConsumerAssignment;
import io.tidemark.meta.MetaImage.StreamAssignment;
import io.tidemark.stream.StreamClient;
import io.tidemark.stream.command.StreamRequest.Ack;
import io.tidemark.stream.command.StreamRequest.Ack.AckKind;
import io.tidemark.stream.command.StreamRequest.Acks;
import io.tidemark.stream.command.StreamRequest.FlowControl;
import io.tidemark.stream.model.ConsumerConfig.AckPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Gathers the acks that one event loop reads, so that those of one consumer travel together. Owned by that loop, which
 * calls {@link #flush} when its read has ended; {@link ApiRouter} flushes before any other request, so that no pull
 * overtakes an ack.
 */
public final class AckBatcher {
    private static final Duration DEADLINE = Duration.ofSeconds(30);
    private static final int FULL = 1000;

    private final StreamIndex index;
    private final StreamClient streams;
    private final String domain;
    private final Map<String, String> accountHashes;
    private final Map<Target, List<Ack>> open = new LinkedHashMap<>();

    AckBatcher(StreamIndex index, StreamClient streams, String domain, Map<String, String> accountHashes) {
        this.index = index;
        this.streams = streams;
        this.domain = domain;
        this.accountHashes = accountHashes;
    }

    static Map<String, String> newAccountHashes() {
        return new ConcurrentHashMap<>();
    }

    /** Takes a message to {@code $JS.ACK.…}. */
    Handling ack(ApiRequest request) {
        AckSubject subject = AckSubject.parse(request.subject(), domain, accountHash(request.account()))
                .orElse(null);
        if (subject == null) {
            return Handling.NOT_HANDLED;
        }
        StreamAssignment stream = index.find(request.account(), subject.stream());
        ConsumerAssignment consumer = stream == null ? null : stream.consumers().get(subject.consumer());
        if (stream == null || consumer == null || consumer.config().ackPolicy() == AckPolicy.NONE) {
            return Handling.NOT_HANDLED;
        }
        if (subject.streamSequence() >= 0) {
            add(new Target(stream.number(), subject.consumer()), ack(request, subject));
        }
        return Handling.HANDLED;
    }

    /** Takes a message to {@code $JS.FC.…}. */
    Handling flowControl(ApiRequest request) {
        List<String> tokens = Tokens.of(request.subject());
        int at = flowControlAsset(tokens, request.account());
        StreamAssignment stream = at < 0 ? null : index.find(request.account(), tokens.get(at));
        ConsumerAssignment consumer = stream == null ? null : stream.consumers().get(tokens.get(at + 1));
        if (stream == null || consumer == null || !consumer.config().push().flowControl()) {
            return Handling.NOT_HANDLED;
        }
        flush();
        streams.ask(new FlowControl(stream.number(), tokens.get(at + 1), request.subject()), DEADLINE);
        return Handling.HANDLED;
    }

    private static Ack ack(ApiRequest request, AckSubject subject) {
        AckPayload payload = AckPayloadJson.read(request.payload());
        return new Ack(
                payload.kind(),
                subject.streamSequence(),
                subject.consumerSequence(),
                subject.deliveredCount(),
                payload.delayNanos(),
                payload.reason(),
                request.reply(),
                payload.next());
    }

    /** Sends what was gathered. */
    public void flush() {
        if (open.isEmpty()) {
            return;
        }
        open.forEach((target, acks) -> send(target, acks));
        open.clear();
    }

    private void add(Target target, Ack ack) {
        List<Ack> acks = open.computeIfAbsent(target, any -> new ArrayList<>());
        acks.add(ack);
        if (acks.size() >= FULL || ack.kind() == AckKind.NEXT) {
            open.remove(target);
            send(target, acks);
        }
    }

    /** Whoever waits for the confirmation of an ack that is lost asks again; a lost ack means a redelivery. */
    private void send(Target target, List<Ack> acks) {
        streams.ask(new Acks(target.stream, target.consumer, acks), DEADLINE);
    }

    /** Where the stream's name stands: {@code $JS.FC.stream.consumer.x} or {@code $JS.FC.domain.hash.stream.consumer.x}. */
    private int flowControlAsset(List<String> tokens, String account) {
        if (tokens.size() == 5) {
            return 2;
        }
        return tokens.size() == 7 && AckSubject.isOurs(tokens, domain, accountHash(account)) ? 4 : -1;
    }

    private String accountHash(String account) {
        @Nullable String known = accountHashes.get(account);
        return known != null ? known : accountHashes.computeIfAbsent(account, ClusterInfoJson::hash);
    }

    private record Target(int stream, String consumer) {}
}
