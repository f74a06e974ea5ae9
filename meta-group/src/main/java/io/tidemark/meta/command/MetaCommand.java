package io.tidemark.meta.command;

import io.tidemark.meta.MetaImage.NodeEntry;
import io.tidemark.meta.StreamId;
import io.tidemark.raft.Command;
import io.tidemark.raft.GroupId;
import io.tidemark.raft.PeerId;
import io.tidemark.storage.Bytes;
import io.tidemark.stream.model.ConsumerConfig;
import io.tidemark.stream.model.StreamConfig;
import java.util.List;

/** A change to what should exist, as it stands in the meta group's log. What varies (ids, peers) is in it. */
public sealed interface MetaCommand extends Command {
    Kind kind();

    /** What is to be done: the command itself, or the one that is done once. */
    default MetaCommand unwrapped() {
        return this;
    }

    @Override
    default Bytes encode() {
        return MetaCodec.encode(this);
    }

    /** The codes are the log format: append new ones, never reuse or renumber. */
    enum Kind {
        FOUND(1),
        PUT_NODE(2),
        REMOVE_NODE(3),
        CREATE_STREAM(4),
        UPDATE_STREAM(5),
        DELETE_STREAM(6),
        PUT_CONSUMER(7),
        DELETE_CONSUMER(8),
        REPORT_DESTROYED(9),
        RAISE_FEATURE_LEVEL(10),
        REPORT_DAMAGED(11),
        ADVANCE_HEALING(12),
        REPORT_APPLIED(13),
        ONCE(14);

        private final int code;

        Kind(int code) {
            this.code = code;
        }

        public int code() {
            return code;
        }
    }

    /** The first command of a cluster: its id. Refused later. */
    record Found(String clusterId, NodeEntry founder) implements MetaCommand {
        @Override
        public Kind kind() {
            return Kind.FOUND;
        }
    }

    /** A node joins, or its addresses, incarnation or feature level changed. */
    record PutNode(NodeEntry node) implements MetaCommand {
        @Override
        public Kind kind() {
            return Kind.PUT_NODE;
        }
    }

    /** A node is gone for good: its peer id is never taken in again. */
    record RemoveNode(PeerId peer) implements MetaCommand {
        @Override
        public Kind kind() {
            return Kind.REMOVE_NODE;
        }
    }

    /** Create a stream; answered {@code Created} or, for the same config under the name, {@code Unchanged}. */
    record CreateStream(
            StreamId id, GroupId group, List<PeerId> peers, String account, StreamConfig config, int maxStreams)
            implements MetaCommand {
        public CreateStream {
            peers = List.copyOf(peers);
        }

        @Override
        public Kind kind() {
            return Kind.CREATE_STREAM;
        }
    }

    record UpdateStream(StreamId id, StreamConfig config) implements MetaCommand {
        @Override
        public Kind kind() {
            return Kind.UPDATE_STREAM;
        }
    }

    record DeleteStream(StreamId id) implements MetaCommand {
        @Override
        public Kind kind() {
            return Kind.DELETE_STREAM;
        }
    }

    /**
     * Create or update a consumer.
     *
     * @param id used where the name is new
     */
    record PutConsumer(StreamId stream, String id, ConsumerConfig config, Action action, int maxConsumers)
            implements MetaCommand {
        @Override
        public Kind kind() {
            return Kind.PUT_CONSUMER;
        }

        /** What the request's {@code action} asked for. */
        public enum Action {
            CREATE_OR_UPDATE,
            CREATE,
            UPDATE
        }
    }

    /**
     * Delete a consumer.
     *
     * @param ifRevision only if the consumer's revision is still this one; 0 means whatever it is
     */
    record DeleteConsumer(StreamId stream, String consumerId, long ifRevision) implements MetaCommand {
        @Override
        public Kind kind() {
            return Kind.DELETE_CONSUMER;
        }
    }

    /** A member has durably destroyed its data of a deleted stream. */
    record ReportDestroyed(StreamId id, PeerId peer) implements MetaCommand {
        @Override
        public Kind kind() {
            return Kind.REPORT_DESTROYED;
        }
    }

    /**
     * A member's copy of the stream is lost or damaged: repair it. Refused while another copy is being repaired.
     *
     * @param replicasRevision of the replicas that the member saw
     */
    record ReportDamaged(StreamId id, PeerId peer, long replicasRevision) implements MetaCommand {
        @Override
        public Kind kind() {
            return Kind.REPORT_DAMAGED;
        }
    }

    /**
     * What the present step of a member's repair waits for is durable: go on to the next.
     *
     * @param replicasRevision of the replicas that show that step; nothing changes where it is another by then
     */
    record AdvanceHealing(StreamId id, PeerId peer, long replicasRevision) implements MetaCommand {
        @Override
        public Kind kind() {
            return Kind.ADVANCE_HEALING;
        }
    }

    /**
     * The stream's log has applied what was wanted at that revision: it takes nothing any more for what was given up then
     * or before.
     */
    record ReportApplied(StreamId id, long wantedRevision) implements MetaCommand {
        @Override
        public Kind kind() {
            return Kind.REPORT_APPLIED;
        }
    }

    /**
     * Do what the command says, unless another copy of this did: for a command that would do something else when it comes
     * again, after others' commands. A copy that comes after one that changed something changes nothing and gets its answer,
     * however much later it comes, from whichever leader, and whatever has become of what was changed.
     *
     * @param id the same for all copies, and no other command's
     * @param seenRevision a revision that the meta group had before the first copy was offered: what was done until then was
     *     not done by one of them
     */
    record Once(String id, long seenRevision, MetaCommand command) implements MetaCommand {
        public Once {
            if (command.kind() == Kind.ONCE) {
                throw new IllegalArgumentException("once is enough: " + command);
            }
        }

        /** The same for the command with what its leader added. */
        public Once with(MetaCommand completed) {
            return new Once(id, seenRevision, completed);
        }

        @Override
        public MetaCommand unwrapped() {
            return command;
        }

        @Override
        public Kind kind() {
            return Kind.ONCE;
        }
    }

    /** Allow what every node of the cluster says it knows. */
    record RaiseFeatureLevel(int level) implements MetaCommand {
        @Override
        public Kind kind() {
            return Kind.RAISE_FEATURE_LEVEL;
        }
    }
}
