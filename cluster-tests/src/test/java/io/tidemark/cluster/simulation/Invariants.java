package io.tidemark.cluster.simulation;

import io.tidemark.raft.Command;
import io.tidemark.raft.GroupId;
import io.tidemark.raft.Outcome;
import io.tidemark.raft.PeerId;
import io.tidemark.raft.Position;
import io.tidemark.storage.Bytes;
import io.tidemark.storage.GroupStore;
import io.tidemark.stream.command.ConsumerProgress;
import io.tidemark.stream.command.ConsumerProgress.Delivery;
import io.tidemark.stream.command.StreamCodec;
import io.tidemark.stream.command.StreamCommand;
import io.tidemark.stream.command.StreamEntry;
import io.tidemark.stream.command.StreamReply;
import io.tidemark.stream.model.ConsumerConfig;
import io.tidemark.stream.model.ConsumerConfig.AckPolicy;
import io.tidemark.stream.model.StoredMessage;
import io.tidemark.stream.model.StreamConfig;
import io.tidemark.stream.model.SubjectFilter;
import io.tidemark.stream.state.ConsumerReader;
import io.tidemark.stream.state.ConsumerSnapshot;
import io.tidemark.stream.state.MessageCursor;
import io.tidemark.stream.state.StreamReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What must hold of a stream's group and its clients, whatever happens. Told of everything; remembers the first thing that
 * doesn't hold. Its methods that check are named as the invariants are.
 */
final class Invariants implements RaftObserver {
    private static final long LINGERING_NANOS = 2 * Timeline.SECOND;

    private final StreamConfig config;
    private final Violations violations = new Violations();
    private final GroupInvariants group = new GroupInvariants(violations);
    private final Set<String> recorded = new HashSet<>();
    private final TreeMap<Long, SimulatedPublisher.Message> published = new TreeMap<>();
    private final Map<Long, String> payloads = new HashMap<>();
    private final Set<Long> deletable = new HashSet<>();
    private final Map<String, Watched> consumers = new TreeMap<>();
    private int deliveries;
    private int confirmations;
    private int installs;

    Invariants(StreamConfig config) {
        this.config = config;
    }

    Violations violations() {
        return violations;
    }

    /** What has happened, to see that something has. */
    String summary() {
        return "published=" + published.size() + " deliveries=" + deliveries + " confirmed=" + confirmations + " terms="
                + group.terms() + " installs=" + installs + " entries=" + group.entries();
    }

    /** A consumer, and what its clients have seen and said. */
    private record Watched(
            AckPolicy policy, int maxDeliver, TreeSet<Long> acksSent, Set<Long> received, Map<Long, Long> confirmedAt) {
        /** Whether a client has asked to settle it. */
        boolean mayBeSettled(long sequence) {
            return policy == AckPolicy.ALL ? acksSent.ceiling(sequence) != null : acksSent.contains(sequence);
        }
    }

    void consumer(ConsumerConfig config) {
        int maxDeliver = config.maxDeliver() > 0 ? config.maxDeliver() : Integer.MAX_VALUE;
        consumers.put(
                config.name(),
                new Watched(config.ackPolicy(), maxDeliver, new TreeSet<>(), new HashSet<>(), new HashMap<>()));
    }

    private Watched watched(String consumer) {
        return Objects.requireNonNull(consumers.get(consumer));
    }

    void violate(String invariant, String what) {
        violations.violate(invariant, what);
    }

    // ---- of replicas

    @Override
    public void formed(SimulatedNode node, GroupId formed) {}

    @Override
    public void destroying(SimulatedNode node, GroupId destroyed) {
        violations.violate("NothingIsDestroyed", "n" + node.id + " destroys " + destroyed);
    }

    @Override
    public void diskLost(PeerId peer) {
        violations.violate("DisksAreKept", "nothing here says how " + peer + " is replaced");
    }

    @Override
    public void elected(SimulatedRaft<?, ?, ?> member, long term) {
        group.elected(member, term);
    }

    @Override
    public void truncated(SimulatedRaft<?, ?, ?> member, long index) {
        group.truncated(member, index);
    }

    @Override
    public void applied(
            SimulatedRaft<?, ?, ?> member,
            Position position,
            List<? extends Command> commands,
            List<? extends Outcome<?, ?>> outcomes) {
        List<Bytes> replies = new ArrayList<>();
        for (int i = 0; i < commands.size(); i++) {
            StreamReply reply = (StreamReply) outcomes.get(i).reply();
            replies.add(StreamCodec.encode(reply));
            note(((StreamEntry) commands.get(i)).command(), reply);
        }
        group.applied(member, position, commands, replies);
    }

    private void note(StreamCommand command, StreamReply reply) {
        if (command instanceof StreamCommand.RecordProgress progress
                && reply instanceof StreamReply.Progressed progressed) {
            for (int i = 0; i < progress.consumers().size(); i++) {
                ConsumerProgress asked = progress.consumers().get(i);
                List<Boolean> taken = progressed.consumers().get(i).recorded();
                for (int j = 0; j < taken.size(); j++) {
                    if (taken.get(j)) {
                        Delivery delivery = asked.deliveries().get(j);
                        recorded.add(key(
                                asked.consumerId(),
                                delivery.count(),
                                delivery.streamSequence(),
                                delivery.consumerSequence()));
                    }
                }
            }
        }
    }

    private static String key(String consumer, int count, long stream, long consumerSequence) {
        return consumer + "." + count + "." + stream + "." + consumerSequence;
    }

    @Override
    public void installed(SimulatedRaft<?, ?, ?> member, long index) {
        installs++;
        group.storesAreIdenticalAtOneIndex(member, index);
    }

    /** A new leader is ready: it holds whatever was acked before, unless it has slept through the election of another. */
    @Override
    public void leading(SimulatedRaft<?, ?, ?> member, long term) {
        if (group.isNewest(term)) {
            ackedPublishIsReadable(member.node(), member.store());
        }
    }

    // ---- of publishers

    void mayBeDeleted(long sequence) {
        deletable.add(sequence);
    }

    /** Everything before the sequence. */
    void mayBePurged(long end) {
        for (long sequence = 1; sequence < end; sequence++) {
            deletable.add(sequence);
        }
    }

    void publishAcked(SimulatedPublisher.Message message, long sequence, boolean isDuplicate) {
        if (!isDuplicate) {
            published.putIfAbsent(sequence, message);
            payloadIsTheSequences(sequence, message.payload());
        } else if (!message.payload().equals(payloads.computeIfAbsent(sequence, key -> message.payload()))) {
            violate("IdHasOneSequence", message + " is no duplicate of " + payloads.get(sequence));
        }
    }

    private void payloadIsTheSequences(long sequence, String payload) {
        String other = payloads.putIfAbsent(sequence, payload);
        if (other != null && !other.equals(payload)) {
            violate("SequenceHasOneMessage", sequence + " is " + other + " and " + payload);
        }
    }

    private void ackedPublishIsReadable(SimulatedNode node, GroupStore store) {
        StreamReader reader = new StreamReader(store, StreamReplica.STREAM);
        published.forEach((sequence, message) -> {
            StoredMessage found = reader.find(sequence);
            if (found == null && !mayBeGone(sequence, reader)) {
                violate("AckedPublishIsReadable", "n" + node.id + " lost " + sequence + " " + message);
            } else if (found != null && !found.payload().utf8().equals(message.payload())) {
                violate("AckedPublishIsReadable", "n" + node.id + " holds another " + sequence + " than " + message);
            }
        });
    }

    private boolean mayBeGone(long sequence, StreamReader reader) {
        if (deletable.contains(sequence) || config.limits().maxAgeNanos() > 0) {
            return true;
        }
        if (config.limits().maxMessages() > 0 && sequence < reader.state().firstSequence()) {
            return true;
        }
        return switch (config.retention()) {
            case LIMITS -> false;
            case WORK_QUEUE -> isAckSent(sequence);
            // Before the first consumer nobody is interested.
            case INTEREST -> isAckSent(sequence) || isReceivedByNobody(sequence);
        };
    }

    private boolean isAckSent(long sequence) {
        return consumers.values().stream().anyMatch(consumer -> consumer.mayBeSettled(sequence));
    }

    private boolean isReceivedByNobody(long sequence) {
        return consumers.values().stream().noneMatch(consumer -> consumer.received.contains(sequence));
    }

    // ---- of consumers

    /** A message is on its way out of a node, as {@code ackReply} says; what has another reply is a status or a confirmation. */
    void leaves(SimulatedNode node, String consumer, String ackReply) {
        SimulatedRaft<?, ?, ?> raft = node.member(StreamReplica.GROUP);
        if (!ackReply.startsWith(DeliveredAs.PREFIX) || raft == null) {
            return;
        }
        long followingNanos = Math.min(raft.followingNanos(), node.awakeNanos());
        if (followingNanos > LINGERING_NANOS) {
            violate("OnlyLeadersDeliver", "n" + node.id + " delivers " + ackReply);
        }
        Watched watched = watched(consumer);
        DeliveredAs as = DeliveredAs.parse(ackReply);
        boolean isRecorded = watched.policy == AckPolicy.NONE
                || recorded.contains(key(consumer, as.count(), as.streamSequence(), as.consumerSequence()));
        if (as.count() > watched.maxDeliver) {
            violate("MaxDeliverIsKept", "n" + node.id + " delivers " + ackReply);
        }
        if (!isRecorded) {
            violate("DeliveryIsRecordedFirst", "n" + node.id + " delivers " + ackReply);
        }
    }

    void delivered(String consumer, DeliveredAs as, String subject, String payload, long pulledAt) {
        deliveries++;
        payloadIsTheSequences(as.streamSequence(), payload);
        watched(consumer).received.add(as.streamSequence());
        Long confirmed = watched(consumer).confirmedAt.get(as.streamSequence());
        if (confirmed != null && confirmed < pulledAt) {
            violate("AckedMessageIsNeverRedelivered", consumer + " " + subject + " " + as);
        }
    }

    void ackSent(String consumer, long sequence) {
        watched(consumer).acksSent.add(sequence);
    }

    void ackConfirmed(String consumer, long sequence, long moment) {
        confirmations++;
        watched(consumer).confirmedAt.putIfAbsent(sequence, moment);
    }

    // ---- at the end

    void atTheEnd(SimulatedNode node) {
        SimulatedRaft<?, ?, ?> raft = node.member(StreamReplica.GROUP);
        if (raft == null) {
            return;
        }
        group.storesAreIdenticalAtOneIndex(raft, raft.appliedIndex());
        ackedPublishIsReadable(node, raft.store());
        StreamReader reader = new StreamReader(raft.store(), StreamReplica.STREAM);
        sequencesHaveNoGapsButDeletes(node, reader);
        idHasOneSequence(node, reader);
        countsEqualAFullScan(node, reader);
        nothingIsSettledWithoutAnAck(node, reader, new ConsumerReader(raft.store(), StreamReplica.STREAM));
    }

    private void sequencesHaveNoGapsButDeletes(SimulatedNode node, StreamReader reader) {
        long last = reader.state().lastSequence();
        for (long sequence = 1; sequence <= last; sequence++) {
            if (reader.find(sequence) == null && !mayBeGone(sequence, reader)) {
                violate("SequencesHaveNoGapsButDeletes", "n" + node.id + " has no " + sequence);
            }
        }
    }

    private void idHasOneSequence(SimulatedNode node, StreamReader reader) {
        Map<String, StoredMessage> byHeaders = new HashMap<>();
        Set<String> withoutId = new HashSet<>();
        try (MessageCursor messages = reader.scan(SubjectFilter.ALL, 1)) {
            while (messages.next()) {
                StoredMessage message = messages.message();
                if (message.headers().isEmpty()
                        && !withoutId.add(message.payload().utf8())) {
                    violate("PublishIsStoredOnce", "n" + node.id + " " + message);
                }
                StoredMessage before = message.headers().isEmpty()
                        ? null
                        : byHeaders.put(message.headers().utf8(), message);
                if (before != null && message.timeNanos() - before.timeNanos() < config.duplicateWindowNanos()) {
                    violate("IdHasOneSequence", "n" + node.id + " " + before + " and " + message);
                }
            }
        }
    }

    private void countsEqualAFullScan(SimulatedNode node, StreamReader reader) {
        long count = 0;
        try (MessageCursor messages = reader.scan(SubjectFilter.ALL, 1)) {
            while (messages.next()) {
                count++;
            }
        }
        long bySubject = reader.subjectCounts(SubjectFilter.ALL).values().stream()
                .mapToLong(Long::longValue)
                .sum();
        if (reader.state().messages() != count || bySubject != count) {
            violate(
                    "CountsEqualAFullScan",
                    "n" + node.id + " holds " + count + ", by subject " + bySubject + ", says " + reader.state());
        }
    }

    private void nothingIsSettledWithoutAnAck(SimulatedNode node, StreamReader reader, ConsumerReader consumers) {
        for (ConsumerSnapshot consumer : consumers.all()) {
            AckPolicy policy = consumer.config().ackPolicy();
            Watched watched = watched(consumer.config().name());
            SubjectFilter filter = SubjectFilter.of(consumer.config().filterSubjects());
            for (long sequence = 1; sequence <= consumer.position().floorStream(); sequence++) {
                StoredMessage message = reader.find(sequence);
                boolean isAcked = policy == AckPolicy.NONE
                        || consumer.config().maxDeliver() > 0
                        || watched.mayBeSettled(sequence);
                if (!isAcked && message != null && filter.matches(message.subject())) {
                    violate("NothingIsSettledWithoutAnAck", "n" + node.id + " " + consumer.id() + " " + sequence);
                }
            }
        }
    }

    /** True where the consumer has got all there is, and everything is settled. */
    boolean isServed(GroupStore store, String consumerId) {
        ConsumerSnapshot consumer = new ConsumerReader(store, StreamReplica.STREAM).find(consumerId);
        return consumer != null
                && consumer.pending().isEmpty()
                && new StreamReader(store, StreamReplica.STREAM)
                                .nextSequence(
                                        SubjectFilter.of(consumer.config().filterSubjects()),
                                        consumer.position().deliveredStream() + 1)
                        == 0;
    }

    /** Where the consumer is. */
    String describe(GroupStore store, String consumerId) {
        ConsumerSnapshot consumer = new ConsumerReader(store, StreamReplica.STREAM).find(consumerId);
        return consumerId + ": "
                + (consumer == null ? "unknown" : consumer.position() + " pending " + consumer.pending())
                + " of " + new StreamReader(store, StreamReplica.STREAM).state();
    }
}
