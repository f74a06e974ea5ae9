package io.tidemark.cluster.simulation;

import io.tidemark.meta.MetaGroup;
import io.tidemark.meta.MetaImage;
import io.tidemark.meta.state.MetaTables;
import io.tidemark.raft.Group;
import io.tidemark.raft.GroupHost;
import io.tidemark.raft.GroupId;
import io.tidemark.raft.GroupListener;
import io.tidemark.raft.GroupStatus;
import io.tidemark.raft.Leadership;
import io.tidemark.raft.Outcome;
import io.tidemark.raft.PeerId;
import io.tidemark.raft.Position;
import io.tidemark.raft.RaftTables;
import io.tidemark.raft.ReplicatedStateMachine;
import io.tidemark.storage.Bytes;
import io.tidemark.storage.Cursor;
import io.tidemark.storage.GroupStore;
import io.tidemark.storage.Reads;
import io.tidemark.storage.Table;
import io.tidemark.storage.View;
import io.tidemark.storage.WriteBatch;
import io.tidemark.stream.command.ConsumerProgress;
import io.tidemark.stream.command.ConsumerProgress.Settlement;
import io.tidemark.stream.command.StreamCommand;
import io.tidemark.stream.command.StreamCommand.RecordProgress;
import io.tidemark.stream.command.StreamEffect;
import io.tidemark.stream.command.StreamEntry;
import io.tidemark.stream.command.StreamReply;
import io.tidemark.stream.command.StreamReply.ConsumerOutcome;
import io.tidemark.stream.leader.WantedStream;
import io.tidemark.stream.state.ConsumerTables;
import io.tidemark.stream.state.StreamTables;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What is wrong on purpose, so that the invariants are seen to find it. Wraps what is real; changes nothing in it. */
enum Defect {
    NONE("Nothing is wrong."),

    ACK_BEFORE_COMMIT("An entry counts as committed when its leader alone has synced it.") {
        @Override
        boolean awaitsMajority() {
            return false;
        }
    },

    DEDUP_TABLE_LEFT_OUT_OF_SNAPSHOT("An install doesn't bring the dedup window.") {
        @Override
        boolean isCopied(Table table) {
            return !table.equals(StreamTables.DEDUP) && !table.equals(StreamTables.DEDUP_ORDER);
        }
    },

    PROPOSER_OUTCOMES_LEFT_OUT_OF_SNAPSHOT("An install doesn't bring the proposers and their kept outcomes.") {
        @Override
        boolean isCopied(Table table) {
            return !table.equals(StreamTables.OUTCOMES) && !table.equals(StreamTables.PROPOSERS);
        }
    },

    DELIVER_BEFORE_RECORD("Deliveries leave when they are proposed.") {
        @Override
        Group<StreamEntry, StreamReply> group(Group<StreamEntry, StreamReply> real) {
            return new HastyGroup(real);
        }
    },

    APPLY_READS_A_CLOCK("Apply takes its replica's clock for the log's time.") {
        @Override
        ReplicatedStateMachine<StreamEntry, StreamReply, StreamEffect> machine(
                ReplicatedStateMachine<StreamEntry, StreamReply, StreamEffect> real, SimulatedNode node) {
            return new WrappedMachine(real) {
                @Override
                public Outcome<StreamReply, StreamEffect> apply(
                        Position position, StreamEntry entry, WriteBatch batch) {
                    Position now = new Position(
                            position.index(), position.term(), position.proposedInTerm(), node.epochNanos());
                    return super.apply(now, entry, batch);
                }
            };
        }
    },

    FLOOR_THAT_SKIPS("An ack settles the message before it, too.") {
        @Override
        ReplicatedStateMachine<StreamEntry, StreamReply, StreamEffect> machine(
                ReplicatedStateMachine<StreamEntry, StreamReply, StreamEffect> real, SimulatedNode node) {
            return new WrappedMachine(real) {
                @Override
                public Outcome<StreamReply, StreamEffect> apply(
                        Position position, StreamEntry entry, WriteBatch batch) {
                    return super.apply(position, skipping(entry), batch);
                }
            };
        }
    },

    EFFECT_ACTED_ON_BY_A_FOLLOWER("A member that was told to lead is never told that it doesn't any more.") {
        @Override
        GroupListener<StreamReply, StreamEffect> listener(GroupListener<StreamReply, StreamEffect> real) {
            return new EternalLeader(real);
        }
    },

    ABSENCE_THAT_DELETES("A node that has just started takes an image without consumers for the truth.") {
        @Override
        List<WantedStream> wantedAtBoot(WantedStream wanted) {
            return List.of(
                    new WantedStream(
                            wanted.streamId(),
                            wanted.account(),
                            wanted.config(),
                            wanted.createdAtNanos(),
                            Map.of(),
                            0,
                            wanted.metaRevision()),
                    wanted);
        }
    },

    INSTALL_KEEPS_OLD_KEYS("An install fills the range that is there instead of a new one.") {
        @Override
        void copy(View content, GroupStore old, WriteBatch batch) {
            copyRows(old, batch);
            copyRows(content, batch);
        }
    },

    GATEWAY_FORGETS_FRAME_NUMBERS("What may have been committed is sent again as something new.") {
        @Override
        boolean forgetsFrameNumbers() {
            return true;
        }
    },

    ABSENCE_THAT_DESTROYS("A node destroys the groups that its image doesn't know.") {
        @Override
        Simulation.Kind kind() {
            return ClusterSimulation.KIND;
        }

        @Override
        void watchImage(MetaGroup meta, SimulatedNode node) {
            meta.watch(image -> destroyUnknown(image, node.host()));
        }
    },

    DESTRUCTION_REPORTED_EARLY("A destruction is reported when it begins.") {
        @Override
        Simulation.Kind kind() {
            return ClusterSimulation.KIND;
        }

        @Override
        boolean awaitsDestruction() {
            return false;
        }
    },

    CREATE_ANSWERED_BEFORE_COMMIT("As ACK_BEFORE_COMMIT, seen by those who create and delete.") {
        @Override
        Simulation.Kind kind() {
            return ClusterSimulation.KIND;
        }

        @Override
        boolean awaitsMajority() {
            return false;
        }
    };

    private static final List<Table> TABLES = Stream.concat(
                    StreamTables.MESSAGE_TABLES.stream(),
                    Stream.of(ConsumerTables.CONSUMERS, MetaTables.META, RaftTables.GROUP_STATE))
            .toList();

    private final String sentence;

    Defect(String sentence) {
        this.sentence = sentence;
    }

    /** What is wrong. */
    String sentence() {
        return sentence;
    }

    /** The simulation that finds it. */
    Simulation.Kind kind() {
        return StreamSimulation.KIND;
    }

    /** Whether an entry is committed only when a majority has synced it. */
    boolean awaitsMajority() {
        return true;
    }

    /** Whether a destruction is complete only when it is durable. */
    boolean awaitsDestruction() {
        return true;
    }

    boolean isCopied(Table table) {
        return true;
    }

    boolean forgetsFrameNumbers() {
        return false;
    }

    Group<StreamEntry, StreamReply> group(Group<StreamEntry, StreamReply> real) {
        return real;
    }

    ReplicatedStateMachine<StreamEntry, StreamReply, StreamEffect> machine(
            ReplicatedStateMachine<StreamEntry, StreamReply, StreamEffect> real, SimulatedNode node) {
        return real;
    }

    GroupListener<StreamReply, StreamEffect> listener(GroupListener<StreamReply, StreamEffect> real) {
        return real;
    }

    /** What else a node does with the images that it gets. */
    void watchImage(MetaGroup meta, SimulatedNode node) {}

    /** The images that a node sees when it has started, in order. */
    List<WantedStream> wantedAtBoot(WantedStream wanted) {
        return List.of(wanted);
    }

    /** Fills an installed range. */
    void copy(View content, GroupStore old, WriteBatch batch) {
        copyRows(content, batch);
    }

    void copyRows(Reads from, WriteBatch batch) {
        for (Table table : TABLES) {
            if (isCopied(table)) {
                try (Cursor cursor = from.scan(table, Bytes.EMPTY, null)) {
                    while (cursor.next()) {
                        batch.put(table, cursor.key(), cursor.value());
                    }
                }
            }
        }
    }

    static List<Table> tables() {
        return TABLES;
    }

    private static void destroyUnknown(MetaImage image, GroupHost host) {
        Set<GroupId> explained = new HashSet<>(Set.of(ClusterMember.META));
        image.streams().values().forEach(stream -> explained.add(stream.group()));
        image.tombstones().values().forEach(tombstone -> explained.add(tombstone.group()));
        host.onDisk().stream()
                .filter(group -> !explained.contains(group))
                .sorted(Comparator.comparing(GroupId::toString))
                .forEach(host::destroy);
    }

    private static StreamEntry skipping(StreamEntry entry) {
        if (!(entry.command() instanceof RecordProgress progress)) {
            return entry;
        }
        List<ConsumerProgress> skipping = new ArrayList<>();
        for (ConsumerProgress each : progress.consumers()) {
            List<Settlement> settlements = new ArrayList<>(each.settlements());
            for (Settlement settlement : each.settlements()) {
                if (settlement.kind() == Settlement.Kind.ACK) {
                    settlements.add(new Settlement(Settlement.Kind.ACK, settlement.streamSequence() - 1, -1));
                }
            }
            skipping.add(new ConsumerProgress(each.consumerId(), settlements, each.deliveries()));
        }
        return new StreamEntry(entry.stream(), new RecordProgress(skipping));
    }

    private static class WrappedMachine implements ReplicatedStateMachine<StreamEntry, StreamReply, StreamEffect> {
        private final ReplicatedStateMachine<StreamEntry, StreamReply, StreamEffect> real;

        WrappedMachine(ReplicatedStateMachine<StreamEntry, StreamReply, StreamEffect> real) {
            this.real = real;
        }

        @Override
        public StreamEntry decode(Bytes bytes) {
            return real.decode(bytes);
        }

        @Override
        public void open(GroupStore store) {
            real.open(store);
        }

        @Override
        public Outcome<StreamReply, StreamEffect> apply(Position position, StreamEntry entry, WriteBatch batch) {
            return real.apply(position, entry, batch);
        }
    }

    private record HastyGroup(Group<StreamEntry, StreamReply> real) implements Group<StreamEntry, StreamReply> {
        @Override
        public CompletableFuture<StreamReply> propose(StreamEntry entry) {
            CompletableFuture<StreamReply> reply = real.propose(entry);
            if (!(entry.command() instanceof RecordProgress progress) || settles(progress)) {
                return reply;
            }
            List<ConsumerOutcome> outcomes = new ArrayList<>();
            for (ConsumerProgress each : progress.consumers()) {
                outcomes.add(new ConsumerOutcome(
                        true, Collections.nCopies(each.deliveries().size(), true)));
            }
            return CompletableFuture.completedFuture(new StreamReply.Progressed(outcomes));
        }

        private static boolean settles(StreamCommand.RecordProgress progress) {
            return progress.consumers().stream()
                    .anyMatch(each -> !each.settlements().isEmpty());
        }

        @Override
        public GroupId id() {
            return real.id();
        }

        @Override
        public Leadership leadership() {
            return real.leadership();
        }

        @Override
        public CompletableFuture<View> read() {
            return real.read();
        }

        @Override
        public View localView() {
            return real.localView();
        }

        @Override
        public GroupStatus status() {
            return real.status();
        }
    }

    private record EternalLeader(GroupListener<StreamReply, StreamEffect> real)
            implements GroupListener<StreamReply, StreamEffect> {
        @Override
        public void applied(Position position, List<Outcome<StreamReply, StreamEffect>> outcomes) {
            real.applied(position, outcomes);
        }

        @Override
        public void leading(long term) {
            real.leading(term);
        }

        @Override
        public void following(long term, @Nullable PeerId leader) {}

        @Override
        public void replaced() {
            real.replaced();
        }

        @Override
        public void failed(Throwable cause) {
            real.failed(cause);
        }
    }
}
