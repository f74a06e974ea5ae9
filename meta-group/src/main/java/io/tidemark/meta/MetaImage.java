package io.tidemark.meta;

import io.tidemark.raft.GroupId;
import io.tidemark.raft.Peer;
import io.tidemark.raft.PeerId;
import io.tidemark.stream.model.ConsumerConfig;
import io.tidemark.stream.model.StreamConfig;
import io.tidemark.stream.model.StreamConfigRules;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What should exist, as of one revision. Immutable; any thread.
 *
 * @param revision counts the meta group's changes, 0 before the first
 * @param clusterId empty before the cluster is founded
 * @param nodes by name: every node that belongs to the cluster
 * @param streams by short number
 * @param tombstones by stream id: what was deleted and isn't destroyed everywhere yet
 */
public record MetaImage(
        long revision,
        String clusterId,
        int featureLevel,
        Map<String, NodeEntry> nodes,
        Map<Integer, StreamAssignment> streams,
        Map<StreamId, Tombstone> tombstones) {
    public static final MetaImage EMPTY = new MetaImage(0, "", 0, Map.of(), Map.of(), Map.of());

    /** The stream of that name in the account. */
    public Optional<StreamAssignment> stream(String account, String name) {
        return streams.values().stream()
                .filter(stream -> stream.account().equals(account)
                        && stream.config().name().equals(name))
                .findFirst();
    }

    public Optional<StreamAssignment> stream(int number) {
        return Optional.ofNullable(streams.get(number));
    }

    /** The account's streams, sorted by name. */
    public Collection<StreamAssignment> streams(String account) {
        TreeMap<String, StreamAssignment> sorted = new TreeMap<>();
        for (StreamAssignment stream : streams.values()) {
            if (stream.account().equals(account)) {
                sorted.put(stream.config().name(), stream);
            }
        }
        return sorted.values();
    }

    /**
     * A node of the cluster.
     *
     * @param raft its peer id with its Raft address, and whether it votes in the meta group
     * @param routeAddress host:port of its node-to-node listener
     * @param clientAddress host:port for clients
     * @param featureLevel what it says it knows
     */
    public record NodeEntry(String name, Peer raft, String routeAddress, String clientAddress, int featureLevel) {}

    /**
     * A stream as wanted.
     *
     * @param number counted, never reused
     * @param group the Raft group that carries it
     * @param replicas who carries it, and which copies are being repaired
     * @param revision of the meta group's last change to the stream or one of its consumers
     * @param consumers by name
     * @param givenUp what updates took from it and its log may not have applied, by ascending revision
     */
    public record StreamAssignment(
            StreamId id,
            int number,
            GroupId group,
            Replicas replicas,
            String account,
            StreamConfig config,
            long createdAtNanos,
            long revision,
            Map<String, ConsumerAssignment> consumers,
            List<GivenUp> givenUp) {
        public StreamAssignment {
            givenUp = List.copyOf(givenUp);
        }

        public List<PeerId> peers() {
            return replicas.peers();
        }

        /** Each change names the meta group's revision that it makes. */
        public StreamAssignment with(StreamConfig next, long atRevision) {
            return new StreamAssignment(
                    id,
                    number,
                    group,
                    replicas,
                    account,
                    next,
                    createdAtNanos,
                    atRevision,
                    consumers,
                    GivenUp.after(givenUp, config.subjects(), next.subjects(), atRevision));
        }

        public StreamAssignment with(Map<String, ConsumerAssignment> next, long atRevision) {
            return new StreamAssignment(
                    id, number, group, replicas, account, config, createdAtNanos, atRevision, next, givenUp);
        }

        /** The revision is that of the replicas: it isn't one that the stream's log needs to know. */
        public StreamAssignment with(Replicas next) {
            return new StreamAssignment(
                    id, number, group, next, account, config, createdAtNanos, revision, consumers, givenUp);
        }

        /** The same once the stream's log has applied what was wanted at that revision. */
        public StreamAssignment applied(long wantedRevision) {
            List<GivenUp> left = givenUp.stream()
                    .filter(loss -> loss.revision() > wantedRevision)
                    .toList();
            return new StreamAssignment(
                    id, number, group, replicas, account, config, createdAtNanos, revision, consumers, left);
        }

        /** The revision of the last update that took subjects whose loss the log may not have applied; 0 for none. */
        public long givenUpAt() {
            return givenUp.isEmpty() ? 0 : givenUp.get(givenUp.size() - 1).revision();
        }

        /** What its log may still take messages for: what it has, and what it gave up and may not know of. */
        public Holding held() {
            List<String> subjects = new ArrayList<>(config.subjects());
            givenUp.forEach(loss -> subjects.addAll(loss.subjects()));
            return new Holding(account, config.name(), subjects);
        }
    }

    /**
     * A consumer as wanted.
     *
     * @param revision of the meta group's last change to it
     */
    public record ConsumerAssignment(String id, ConsumerConfig config, long createdAtNanos, long revision) {}

    /**
     * A deleted stream.
     *
     * @param held what it took in its account, for others to take over
     * @param remaining members that haven't reported the durable destruction of their data
     * @param replicas how many members there were
     */
    public record Tombstone(
            StreamId id, int number, GroupId group, Holding held, List<PeerId> remaining, int replicas) {
        public Tombstone {
            remaining = List.copyOf(remaining);
        }

        /** The same once the peer has nothing of it any more. */
        public Tombstone without(PeerId peer) {
            List<PeerId> others =
                    remaining.stream().filter(other -> !other.equals(peer)).toList();
            return new Tombstone(id, number, group, held, others, replicas);
        }

        /** True once a majority of the members is gone: nothing is acknowledged under the old stream any more. */
        public boolean isStopped() {
            return replicas - remaining.size() > replicas / 2;
        }
    }

    /** What a stream has for itself in its account: a name, and the subjects whose messages it takes. */
    public record Holding(String account, String name, List<String> subjects) {
        public Holding {
            subjects = List.copyOf(subjects);
        }

        public static Holding of(String account, StreamConfig config) {
            return new Holding(account, config.name(), config.subjects());
        }

        /** Whether they have the name or any subject in common, so that only one of the two can have it. */
        public boolean overlaps(Holding other) {
            return account.equals(other.account)
                    && (name.equals(other.name) || StreamConfigRules.overlaps(subjects, other.subjects));
        }
    }
}
