package io.tidemark.cluster.simulation;

import io.tidemark.meta.MetaImage;
import io.tidemark.meta.MetaImage.StreamAssignment;
import io.tidemark.meta.MetaImage.Tombstone;
import io.tidemark.meta.StreamId;
import io.tidemark.meta.command.MetaCodec;
import io.tidemark.meta.command.MetaCommand;
import io.tidemark.meta.command.MetaEffect;
import io.tidemark.meta.command.MetaReply;
import io.tidemark.meta.command.MetaResponse;
import io.tidemark.raft.Command;
import io.tidemark.raft.GroupId;
import io.tidemark.raft.Outcome;
import io.tidemark.raft.PeerId;
import io.tidemark.raft.Position;
import io.tidemark.storage.Bytes;
import io.tidemark.storage.GroupStore;
import io.tidemark.stream.command.StreamCodec;
import io.tidemark.stream.command.StreamReply;
import io.tidemark.stream.model.StoredMessage;
import io.tidemark.stream.model.SubjectFilter;
import io.tidemark.stream.state.ConsumerReader;
import io.tidemark.stream.state.MessageCursor;
import io.tidemark.stream.state.StreamReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What must hold between the meta group, its reconcilers and the streams that they make and destroy. Told of everything;
 * its methods that check are named as the invariants are.
 */
final class ClusterInvariants implements RaftObserver {
    private final Violations violations = new Violations();
    private final Map<GroupId, GroupInvariants> groups = new HashMap<>();
    private final Map<GroupId, StreamAssignment> recorded = new HashMap<>();
    private final Map<Integer, StreamAssignment> byNumber = new TreeMap<>();
    private final Set<GroupId> tombstoned = new HashSet<>();
    private final Map<GroupId, Set<PeerId>> reported = new HashMap<>();
    private final Map<Integer, Map<Long, String>> published = new TreeMap<>();
    private final Map<Integer, Set<String>> sent = new TreeMap<>();
    private final Map<StreamId, Long> deletesAnsweredAt = new HashMap<>();
    private final Map<String, Integer> deletesAsked = new HashMap<>();
    private final Map<String, Set<StreamId>> deleted = new HashMap<>();
    private final Set<Integer> answeredCreates = new HashSet<>();
    private final Set<PeerId> lost = new HashSet<>();
    private final SimulatedCluster cluster;
    private MetaImage image = MetaImage.EMPTY;
    private long metaIndex;
    private int destroyed;
    private int installs;
    private int acks;

    ClusterInvariants(Timeline timeline, Defect defect, int clients) {
        cluster = new SimulatedCluster(timeline, defect, this, clients);
    }

    /** The one that is watched. */
    SimulatedCluster cluster() {
        return cluster;
    }

    Violations violations() {
        return violations;
    }

    void violate(String invariant, String what) {
        violations.violate(invariant, what);
    }

    /** The newest that was committed. */
    MetaImage image() {
        return image;
    }

    /** What has happened, to see that something has. */
    String summary() {
        return "streams=" + byNumber.size() + " deleted=" + tombstoned.size() + " destroyed=" + destroyed + " acked="
                + acks
                + " installs=" + installs + " lost=" + lost.size() + " entries="
                + groups.values().stream().mapToInt(GroupInvariants::entries).sum();
    }

    private GroupInvariants of(GroupId group) {
        return groups.computeIfAbsent(group, key -> new GroupInvariants(violations));
    }

    // ---- of groups

    @Override
    public void elected(SimulatedRaft<?, ?, ?> member, long term) {
        of(member.id()).elected(member, term);
    }

    @Override
    public void truncated(SimulatedRaft<?, ?, ?> member, long index) {
        of(member.id()).truncated(member, index);
    }

    @Override
    public void applied(
            SimulatedRaft<?, ?, ?> member,
            Position position,
            List<? extends Command> commands,
            List<? extends Outcome<?, ?>> outcomes) {
        boolean isMeta = member.id().equals(ClusterMember.META);
        List<Bytes> replies = new ArrayList<>();
        for (Outcome<?, ?> outcome : outcomes) {
            replies.add(
                    isMeta
                            ? MetaCodec.encode(new MetaResponse.Replied((MetaReply) outcome.reply()))
                            : StreamCodec.encode((StreamReply) outcome.reply()));
        }
        of(member.id()).applied(member, position, commands, replies);
        if (isMeta && position.index() > metaIndex) {
            metaIndex = position.index();
            for (int i = 0; i < commands.size(); i++) {
                committed((MetaCommand) commands.get(i), outcomes.get(i));
            }
        }
    }

    @Override
    public void installed(SimulatedRaft<?, ?, ?> member, long index) {
        installs++;
        of(member.id()).storesAreIdenticalAtOneIndex(member, index);
    }

    /** A new leader holds whatever was acknowledged. */
    @Override
    public void leading(SimulatedRaft<?, ?, ?> member, long term) {
        if (!of(member.id()).isNewest(term)) {
            return;
        }
        StreamAssignment stream = recorded.get(member.id());
        if (stream != null) {
            ackedPublishIsReadable(member, stream);
        }
    }

    // ---- of what is wanted

    private void committed(MetaCommand command, Outcome<?, ?> outcome) {
        if (command.unwrapped() instanceof MetaCommand.DeleteStream delete
                && outcome.reply() instanceof MetaReply.Done) {
            onlyWhatWasAskedForIsDeleted(delete.id());
        }
        for (Object effect : outcome.effects()) {
            MetaImage next = ((MetaEffect.ImageChanged) effect).image();
            for (Tombstone before : image.tombstones().values()) {
                Tombstone after = next.tombstones().get(before.id());
                for (PeerId peer : before.remaining()) {
                    if (after == null || !after.remaining().contains(peer)) {
                        tombstoneGoesOnlyAfterDurableDestruction(before, peer);
                    }
                }
            }
            for (StreamAssignment stream : next.streams().values()) {
                StreamAssignment other = recorded.put(stream.group(), stream);
                byNumber.put(stream.number(), stream);
                if (other != null && other.number() != stream.number()) {
                    violate("AStreamHasItsOwnGroup", stream + " and " + other);
                }
            }
            next.tombstones().values().forEach(tombstone -> tombstoned.add(tombstone.group()));
            image = next;
        }
    }

    private void onlyWhatWasAskedForIsDeleted(StreamId id) {
        byNumber.values().stream().filter(stream -> stream.id().equals(id)).forEach(stream -> {
            String name = stream.config().name();
            Set<StreamId> gone = deleted.computeIfAbsent(name, key -> new HashSet<>());
            gone.add(id);
            if (gone.size() > deletesAsked.getOrDefault(name, 0)) {
                violate("OnlyWhatWasAskedForIsDeleted", gone.size() + " streams named " + name);
            }
        });
    }

    private void tombstoneGoesOnlyAfterDurableDestruction(Tombstone tombstone, PeerId peer) {
        reported.computeIfAbsent(tombstone.group(), key -> new HashSet<>()).add(peer);
        SimulatedNode node = cluster.node(peer);
        boolean isHeld = node.disks().holds(tombstone.group())
                || node.memory().owners().contains(tombstone.group().toString());
        if (node.peer().equals(peer) && isHeld) {
            violate("TombstoneGoesOnlyAfterDurableDestruction", peer + " still holds " + tombstone);
        }
    }

    // ---- of what reconcilers do

    @Override
    public void formed(SimulatedNode node, GroupId group) {
        if (group.equals(ClusterMember.META)) {
            return;
        }
        StreamAssignment stream = recorded.get(group);
        if (stream == null || !stream.peers().contains(node.peer())) {
            violate("OnlyMembersFormAGroup", node.peer() + " forms " + group + " of " + stream);
        }
        if (reported.getOrDefault(group, Set.of()).contains(node.peer())) {
            violate("ADeletedStreamIsNotFormedAgain", node.peer() + " forms " + stream);
        }
    }

    @Override
    public void destroying(SimulatedNode node, GroupId group) {
        destroyed++;
        if (!tombstoned.contains(group)) {
            violate("NothingIsDestroyedWithoutItsTombstone", node.peer() + " destroys " + recorded.get(group));
        }
    }

    @Override
    public void diskLost(PeerId peer) {
        lost.add(peer);
    }

    /** Whether a majority of its replicas' disks is lost, or replaced by new ones that nobody can fill: then its data is. */
    boolean isLost(StreamAssignment stream) {
        long gone = stream.peers().stream()
                .filter(peer -> lost.contains(peer) || stream.replicas().isHealing(peer))
                .count();
        return 2 * gone >= stream.peers().size();
    }

    // ---- of what clients were told

    void createAnswered(int number) {
        answeredCreates.add(number);
        answeredCreateIsRecorded(number);
    }

    private void answeredCreateIsRecorded(int number) {
        StreamAssignment stream = byNumber.get(number);
        boolean isDeleted = stream != null
                && deleted.getOrDefault(stream.config().name(), Set.of()).contains(stream.id());
        if (stream == null || !isDeleted && !image.streams().containsKey(number)) {
            violate("AnsweredCreateExists", "stream " + number + " " + stream);
        }
    }

    void deleteAsked(String name) {
        deletesAsked.merge(name, 1, Integer::sum);
    }

    /** Whether the stream's deletion was committed. */
    boolean isGone(StreamId id) {
        return image.streams().values().stream().noneMatch(stream -> stream.id().equals(id));
    }

    void deleteAnswered(StreamId id, long atNanos) {
        deletesAnsweredAt.putIfAbsent(id, atNanos);
    }

    void publishSent(int number, String payload) {
        sent.computeIfAbsent(number, key -> new HashSet<>()).add(payload);
    }

    /** @param sentAtNanos when it was sent for the first time */
    void publishAcked(int number, long sequence, String payload, long sentAtNanos) {
        acks++;
        String other = published.computeIfAbsent(number, key -> new TreeMap<>()).put(sequence, payload);
        if (other != null && !other.equals(payload)) {
            violate("SequenceHasOneMessage", number + "/" + sequence + " is " + other + " and " + payload);
        }
        StreamAssignment stream = byNumber.get(number);
        Long deletedAt = stream == null ? null : deletesAnsweredAt.get(stream.id());
        if (deletedAt != null && deletedAt < sentAtNanos) {
            violate("NothingIsAckedByADeletedStream", payload + " by " + stream);
        }
    }

    private void ackedPublishIsReadable(SimulatedRaft<?, ?, ?> member, StreamAssignment stream) {
        if (isLost(stream)) {
            return;
        }
        StreamReader reader = new StreamReader(member.store(), stream.number());
        published.getOrDefault(stream.number(), Map.of()).forEach((sequence, payload) -> {
            StoredMessage found = reader.find(sequence);
            if (found == null || !found.payload().utf8().equals(payload)) {
                violate(
                        "AckedPublishIsReadable",
                        "n" + member.node().id + " has " + found + " at " + sequence + " for " + payload);
            }
        });
    }

    // ---- at the end

    /** Everything is as it should be and nothing is under way; otherwise what it waits for. */
    @Nullable
    String unsettled() {
        if (!image.tombstones().isEmpty()) {
            return "TombstonesGo: " + image.tombstones().values();
        }
        SimulatedRaft<?, ?, ?> meta = cluster.leader(ClusterMember.META).orElse(null);
        if (meta == null) {
            return "AGroupHasALeader: the meta group";
        }
        for (SimulatedNode node : cluster.nodes) {
            SimulatedRaft<?, ?, ?> member = node.member(ClusterMember.META);
            if (member == null || member.appliedIndex() != meta.appliedIndex()) {
                return "ReplicasCatchUp: n" + node.id + " of the meta group";
            }
        }
        for (StreamAssignment stream : image.streams().values()) {
            String missing = isLost(stream) ? null : unserved(stream);
            if (missing != null) {
                return missing;
            }
        }
        return null;
    }

    private @Nullable String unserved(StreamAssignment stream) {
        SimulatedRaft<?, ?, ?> leader = cluster.leader(stream.group()).orElse(null);
        if (leader == null) {
            List<String> members = cluster.members(stream.group()).stream()
                    .map(member -> "n" + member.node().id + " " + member.leadership() + " applied "
                            + member.appliedIndex() + " committed " + member.commitIndex())
                    .toList();
            return "AGroupHasALeader: " + members + " of " + stream;
        }
        for (PeerId peer : stream.peers()) {
            SimulatedNode node = cluster.node(peer);
            SimulatedRaft<?, ?, ?> member = node.member(stream.group());
            if (member == null || member.appliedIndex() != leader.appliedIndex()) {
                return "AStreamRecordedIsFormed: " + peer + " of " + stream;
            }
        }
        if (!stream.config().equals(new StreamReader(leader.store(), stream.number()).config())) {
            return "WantedStateIsApplied: " + stream;
        }
        for (MetaImage.ConsumerAssignment consumer : stream.consumers().values()) {
            if (new ConsumerReader(leader.store(), stream.number()).find(consumer.id()) == null) {
                return "WantedStateIsApplied: " + consumer;
            }
        }
        return null;
    }

    void atTheEnd() {
        answeredCreates.forEach(this::answeredCreateIsRecorded);
        for (SimulatedNode node : cluster.nodes) {
            nothingIsLeftBehind(node);
            for (StreamAssignment stream : image.streams().values()) {
                SimulatedRaft<?, ?, ?> member = node.member(stream.group());
                if (member != null && !isLost(stream)) {
                    of(stream.group()).storesAreIdenticalAtOneIndex(member, member.appliedIndex());
                    ackedPublishIsReadable(member, stream);
                    aStreamShowsOnlyWhatWasSentToIt(member.store(), stream);
                }
            }
        }
    }

    private void nothingIsLeftBehind(SimulatedNode node) {
        for (GroupId group : node.host().onDisk()) {
            boolean isExplained = group.equals(ClusterMember.META)
                    || image.streams().values().stream()
                            .anyMatch(stream -> stream.group().equals(group));
            if (!isExplained) {
                violate("NothingIsLeftBehind", node.peer() + " holds " + recorded.get(group));
            }
        }
    }

    private void aStreamShowsOnlyWhatWasSentToIt(GroupStore store, StreamAssignment stream) {
        Set<String> expected = sent.getOrDefault(stream.number(), Set.of());
        Set<String> seen = new HashSet<>();
        try (MessageCursor messages = new StreamReader(store, stream.number()).scan(SubjectFilter.ALL, 1)) {
            while (messages.next()) {
                String payload = messages.message().payload().utf8();
                if (!expected.contains(payload)) {
                    violate("AStreamShowsOnlyWhatWasSentToIt", payload + " in " + stream);
                }
                if (!seen.add(payload)) {
                    violate("PublishIsStoredOnce", payload + " in " + stream);
                }
            }
        }
    }
}
