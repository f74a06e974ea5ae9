package io.tidemark.gateway.api;

import io.tidemark.meta.MetaImage.ConsumerAssignment;
import io.tidemark.meta.MetaImage.StreamAssignment;
import io.tidemark.raft.GroupStatus;
import io.tidemark.raft.Leadership;
import io.tidemark.raft.Peer;
import io.tidemark.raft.PeerId;
import io.tidemark.raft.UnavailableException;
import io.tidemark.storage.Bytes;
import io.tidemark.stream.StreamClient;
import io.tidemark.stream.command.StreamRequest;
import io.tidemark.stream.command.StreamRequest.DescribeConsumers;
import io.tidemark.stream.command.StreamRequest.DescribeStream;
import io.tidemark.stream.command.StreamRequest.MessageSelector;
import io.tidemark.stream.command.StreamRequest.ReadMessages;
import io.tidemark.stream.command.StreamResponse;
import io.tidemark.stream.command.StreamResponse.ConsumerStatus;
import io.tidemark.stream.model.JetStreamApiError;
import io.tidemark.stream.model.StoredMessage;
import io.tidemark.stream.model.StreamState;
import io.tidemark.stream.model.SubjectFilter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The leaders of all streams, in memory: streams and consumers as the fake meta group has them, messages as put. */
final class FakeStreamClient implements StreamClient {
    static final long STORED_AT_NANOS = 1_700_000_100_000_000_000L;

    private final FakeMetaClient meta;
    private final Map<Integer, TreeMap<Long, StoredMessage>> messages = new HashMap<>();
    private final Map<Integer, Long> lastSequences = new HashMap<>();
    private final Set<Integer> leaderless = new HashSet<>();
    private final List<StreamRequest> asked = new ArrayList<>();
    private final GroupStatus single = group("n1");
    private GroupStatus replicated = group("n1", "n2", "n3");

    FakeStreamClient(FakeMetaClient meta) {
        this.meta = meta;
    }

    /** Stores a message under the next sequence, a second after the last one. */
    void store(String stream, String subject, String headers, String payload) {
        int number = number(stream);
        long sequence = lastSequences.merge(number, 1L, Long::sum);
        of(number)
                .put(
                        sequence,
                        new StoredMessage(
                                sequence, timeOf(sequence), subject, Bytes.utf8(headers), Bytes.utf8(payload)));
    }

    boolean remove(String stream, long sequence) {
        return of(number(stream)).remove(sequence) != null;
    }

    /** Removes the messages whose subjects pass the filter, empty for all; how many there were. */
    long purge(String stream, String filter) {
        SubjectFilter passes = SubjectFilter.of(filter);
        NavigableMap<Long, StoredMessage> stored = of(number(stream));
        long before = stored.size();
        stored.values().removeIf(message -> passes.matches(message.subject()));
        return before - stored.size();
    }

    /** From here on nobody leads the stream. */
    void loseLeader(String stream) {
        leaderless.add(number(stream));
    }

    /** What is shown of the group of a stream with replicas. */
    void show(GroupStatus status) {
        replicated = status;
    }

    /** The requests that were no reads, in order. */
    List<StreamRequest> asked() {
        return asked;
    }

    static long timeOf(long sequence) {
        return STORED_AT_NANOS + sequence * 1_000_000_000L;
    }

    /** A group that the first of these leads. */
    static GroupStatus group(String leader, String... followers) {
        List<GroupStatus.Member> members = new ArrayList<>();
        members.add(member(leader, 0, 0));
        for (int i = 0; i < followers.length; i++) {
            members.add(member(followers[i], 0, 1_000_000L * (i + 1)));
        }
        Leadership leadership = new Leadership(Leadership.Role.LEADER, 3, peer(leader));
        return new GroupStatus(leadership, FakeMetaClient.CREATED_AT_NANOS, 10, 10, members);
    }

    @Override
    public CompletableFuture<StreamResponse> ask(StreamRequest request, Duration deadline) {
        if (leaderless.contains(request.stream())) {
            return CompletableFuture.failedFuture(
                    new UnavailableException(UnavailableException.Reason.DEADLINE, "nobody leads"));
        }
        return CompletableFuture.completedFuture(answer(request));
    }

    private StreamResponse answer(StreamRequest request) {
        if (request instanceof DescribeStream describe) {
            return describe(describe);
        }
        if (request instanceof DescribeConsumers describe) {
            return describe(describe);
        }
        if (request instanceof ReadMessages read) {
            return read(read.stream(), read.selector());
        }
        asked.add(request);
        return new StreamResponse.Accepted();
    }

    private StreamResponse describe(DescribeStream request) {
        StreamAssignment stream = meta.image().stream(request.stream()).orElseThrow();
        if (stream.revision() < request.atLeastRevision() && meta.image().revision() < request.atLeastRevision()) {
            throw new IllegalStateException("a revision that isn't there yet: " + request);
        }
        NavigableMap<Long, StoredMessage> stored = of(request.stream());
        long last = lastSequences.getOrDefault(request.stream(), 0L);
        TreeMap<String, Long> bySubject = new TreeMap<>();
        stored.values().forEach(message -> bySubject.merge(message.subject(), 1L, Long::sum));
        long first = stored.isEmpty() ? last == 0 ? 0 : last + 1 : stored.firstKey();
        List<Long> deleted = new ArrayList<>();
        for (long sequence = first; sequence <= last && sequence > 0; sequence++) {
            if (!stored.containsKey(sequence)) {
                deleted.add(sequence);
            }
        }
        StreamState state = new StreamState(
                stored.size(),
                stored.values().stream().mapToLong(FakeStreamClient::sizeOf).sum(),
                first,
                stored.isEmpty() ? 0 : timeOf(first),
                last,
                last == 0 ? 0 : timeOf(last),
                bySubject.size(),
                deleted.size());
        SubjectFilter filter = request.subjectsFilter() == null ? null : SubjectFilter.of(request.subjectsFilter());
        List<String> shown = filter == null
                ? List.of()
                : bySubject.keySet().stream().filter(filter::matches).toList();
        Map<String, Long> page = shown.stream()
                .skip(request.subjectsOffset())
                .collect(Collectors.toMap(subject -> subject, bySubject::get, (a, b) -> a, TreeMap::new));
        return new StreamResponse.StreamStatus(
                stream.config(),
                stream.createdAtNanos(),
                state,
                stream.consumers().size(),
                request.deletedDetails() ? deleted : List.of(),
                page,
                shown.size(),
                groupOf(stream));
    }

    private StreamResponse describe(DescribeConsumers request) {
        StreamAssignment stream = meta.image().stream(request.stream()).orElseThrow();
        long last = lastSequences.getOrDefault(request.stream(), 0L);
        List<ConsumerStatus> statuses = new ArrayList<>();
        for (ConsumerAssignment consumer : new TreeMap<>(stream.consumers()).values()) {
            if (request.names().isEmpty()
                    || request.names().contains(consumer.config().name())) {
                statuses.add(new ConsumerStatus(
                        consumer.id(),
                        consumer.config(),
                        consumer.createdAtNanos(),
                        0,
                        last,
                        0,
                        0,
                        last,
                        0,
                        0,
                        0,
                        0,
                        0,
                        false));
            }
        }
        return new StreamResponse.ConsumerStatuses(statuses, groupOf(stream));
    }

    private StreamResponse read(int stream, MessageSelector selector) {
        List<StoredMessage> found = switch (selector.kind()) {
            case AT -> at(stream, selector.sequence());
            case LAST -> last(matching(stream, selector, 1));
            case NEXT -> matching(stream, selector, selector.sequence());
            case SINCE ->
                matching(stream, selector, 1).stream()
                        .filter(message -> message.timeNanos() >= selector.timeNanos())
                        .toList();
            case LAST_OF_EACH -> lastOfEach(stream, selector);
        };
        long last = lastSequences.getOrDefault(stream, 0L);
        long ceiling = ceiling(stream, selector);
        if (selector.kind() == MessageSelector.Kind.LAST_OF_EACH) {
            if (found.isEmpty() || ceiling > last) {
                return new StreamResponse.Refused(JetStreamApiError.NO_MESSAGE_FOUND.rejected());
            }
            found = found.stream()
                    .filter(message -> message.sequence() >= selector.sequence())
                    .toList();
        } else if (found.isEmpty()) {
            return new StreamResponse.Refused(JetStreamApiError.NO_MESSAGE_FOUND.rejected());
        }
        List<StoredMessage> page = page(found, selector);
        return new StreamResponse.Messages(page, found.size() - page.size(), last, ceiling);
    }

    private List<StoredMessage> page(List<StoredMessage> found, MessageSelector selector) {
        List<StoredMessage> page = new ArrayList<>();
        long bytes = 0;
        for (StoredMessage message : found) {
            if (selector.batch() > 0 && page.size() == selector.batch()) {
                break;
            }
            page.add(message);
            bytes += sizeOf(message);
            if (selector.maxBytes() > 0 && bytes >= selector.maxBytes()) {
                break;
            }
        }
        return page;
    }

    private long ceiling(int stream, MessageSelector selector) {
        if (selector.upToSequence() > 0) {
            return selector.upToSequence();
        }
        if (selector.upToTimeNanos() > 0) {
            return of(stream).values().stream()
                    .filter(message -> message.timeNanos() < selector.upToTimeNanos())
                    .mapToLong(StoredMessage::sequence)
                    .max()
                    .orElse(0);
        }
        return lastSequences.getOrDefault(stream, 0L);
    }

    private List<StoredMessage> lastOfEach(int stream, MessageSelector selector) {
        Map<String, StoredMessage> bySubject = new HashMap<>();
        long ceiling = ceiling(stream, selector);
        for (StoredMessage message : matching(stream, selector, 1)) {
            if (message.sequence() <= ceiling) {
                bySubject.put(message.subject(), message);
            }
        }
        TreeMap<Long, StoredMessage> sorted = new TreeMap<>();
        bySubject.values().forEach(message -> sorted.put(message.sequence(), message));
        return List.copyOf(sorted.values());
    }

    private List<StoredMessage> at(int stream, long sequence) {
        @Nullable StoredMessage message = of(stream).get(sequence);
        return message == null ? List.of() : List.of(message);
    }

    private static List<StoredMessage> last(List<StoredMessage> found) {
        return found.isEmpty() ? found : found.subList(found.size() - 1, found.size());
    }

    private List<StoredMessage> matching(int stream, MessageSelector selector, long from) {
        SubjectFilter filter = SubjectFilter.of(selector.subjects());
        return of(stream).tailMap(from).values().stream()
                .filter(message -> filter.matches(message.subject()))
                .toList();
    }

    private GroupStatus groupOf(StreamAssignment stream) {
        return stream.config().replicas() == 1 ? single : replicated;
    }

    private int number(String stream) {
        return meta.image().stream("$G", stream).orElseThrow().number();
    }

    private NavigableMap<Long, StoredMessage> of(int stream) {
        return messages.computeIfAbsent(stream, any -> new TreeMap<>());
    }

    private static int sizeOf(StoredMessage message) {
        return message.subject().length()
                + message.headers().size()
                + message.payload().size();
    }

    private static GroupStatus.Member member(String node, long lag, long activeNanos) {
        Peer peer = new Peer(peer(node), "127.0.0.1:1", Peer.Kind.VOTER);
        return new GroupStatus.Member(peer, lag == 0, false, lag, activeNanos);
    }

    private static PeerId peer(String node) {
        return new PeerId(node, "00000001");
    }
}
