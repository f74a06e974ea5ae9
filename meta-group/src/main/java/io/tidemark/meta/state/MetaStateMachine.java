package io.tidemark.meta.state;

import io.tidemark.meta.MetaImage;
import io.tidemark.meta.MetaImage.ConsumerAssignment;
import io.tidemark.meta.MetaImage.NodeEntry;
import io.tidemark.meta.MetaImage.StreamAssignment;
import io.tidemark.meta.MetaImage.Tombstone;
import io.tidemark.meta.Replicas;
import io.tidemark.meta.StreamId;
import io.tidemark.meta.command.MetaCodec;
import io.tidemark.meta.command.MetaCommand;
import io.tidemark.meta.command.MetaEffect;
import io.tidemark.meta.command.MetaReply;
import io.tidemark.raft.Outcome;
import io.tidemark.raft.PeerId;
import io.tidemark.raft.Position;
import io.tidemark.raft.ReplicatedStateMachine;
import io.tidemark.storage.Bytes;
import io.tidemark.storage.GroupStore;
import io.tidemark.storage.WriteBatch;
import io.tidemark.stream.model.ConsumerConfig;
import io.tidemark.stream.model.ConsumerConfigRules;
import io.tidemark.stream.model.JetStreamApiError;
import io.tidemark.stream.model.Rejected;
import io.tidemark.stream.model.StreamConfig;
import io.tidemark.stream.model.StreamConfigRules;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What should exist, replicated. A refused command changes nothing; one that finds everything as it wants it changes nothing
 * either and answers the revision as it is.
 */
public final class MetaStateMachine implements ReplicatedStateMachine<MetaCommand, MetaReply, MetaEffect> {
    /** A cache of the rows. */
    private MetaImage image = MetaImage.EMPTY;

    @Override
    public MetaCommand decode(Bytes bytes) {
        return MetaCodec.decodeCommand(bytes);
    }

    @Override
    public void open(GroupStore store) {
        image = MetaTables.image(store);
    }

    @Override
    public Outcome<MetaReply, MetaEffect> apply(Position position, MetaCommand command, WriteBatch batch) {
        return switch (command.kind()) {
            case FOUND -> found((MetaCommand.Found) command, batch);
            case PUT_NODE -> putNode(((MetaCommand.PutNode) command).node(), batch);
            case REMOVE_NODE -> removeNode((MetaCommand.RemoveNode) command, batch);
            case CREATE_STREAM -> createStream(position, (MetaCommand.CreateStream) command, batch);
            case UPDATE_STREAM -> updateStream((MetaCommand.UpdateStream) command, batch);
            case DELETE_STREAM -> deleteStream((MetaCommand.DeleteStream) command, batch);
            case PUT_CONSUMER -> putConsumer(position, (MetaCommand.PutConsumer) command, batch);
            case DELETE_CONSUMER -> deleteConsumer((MetaCommand.DeleteConsumer) command, batch);
            case REPORT_DESTROYED -> reportDestroyed((MetaCommand.ReportDestroyed) command, batch);
            case REPORT_DAMAGED -> reportDamaged((MetaCommand.ReportDamaged) command, batch);
            case ADVANCE_HEALING -> advanceHealing((MetaCommand.AdvanceHealing) command, batch);
            case REPORT_APPLIED -> reportApplied((MetaCommand.ReportApplied) command, batch);
            case ONCE -> once(position, (MetaCommand.Once) command, batch);
            case RAISE_FEATURE_LEVEL -> raiseFeatureLevel((MetaCommand.RaiseFeatureLevel) command, batch);
        };
    }

    private Outcome<MetaReply, MetaEffect> once(Position position, MetaCommand.Once command, WriteBatch batch) {
        if (!Repeats.canTell(command, image.revision())) {
            return refused(JetStreamApiError.SYSTEM_UNAVAILABLE);
        }
        Optional<MetaReply> answered = Repeats.answer(batch, command, image.revision());
        if (answered.isPresent()) {
            return Outcome.of(answered.get());
        }
        Outcome<MetaReply, MetaEffect> outcome = apply(position, command.command(), batch);
        if (!outcome.effects().isEmpty()) {
            Repeats.remember(batch, command, image.revision(), outcome.reply());
        }
        return outcome;
    }

    private Outcome<MetaReply, MetaEffect> found(MetaCommand.Found command, WriteBatch batch) {
        if (!image.clusterId().isEmpty()) {
            return refused(JetStreamApiError.BAD_REQUEST);
        }
        Change change = new Change(image, batch);
        change.clusterId(command.clusterId());
        change.featureLevel(command.founder().featureLevel());
        change.putNode(command.founder());
        return done(change);
    }

    private Outcome<MetaReply, MetaEffect> putNode(NodeEntry node, WriteBatch batch) {
        NodeEntry present = image.nodes().get(node.name());
        if (node.equals(present)) {
            return unchanged();
        }
        Change change = new Change(image, batch);
        if (change.wasRemoved(node.raft().id()) || node.featureLevel() < image.featureLevel()) {
            return refused(JetStreamApiError.SERVER_NOT_MEMBER);
        }
        if (present != null && !present.raft().id().equals(node.raft().id())) {
            change.replacePeer(present.raft().id(), node.raft().id());
        }
        change.putNode(node);
        return done(change);
    }

    private Outcome<MetaReply, MetaEffect> removeNode(MetaCommand.RemoveNode command, WriteBatch batch) {
        Change change = new Change(image, batch);
        if (change.wasRemoved(command.peer())) {
            return unchanged();
        }
        change.removePeer(command.peer());
        return done(change);
    }

    private Outcome<MetaReply, MetaEffect> createStream(
            Position position, MetaCommand.CreateStream command, WriteBatch batch) {
        StreamConfig config = command.config();
        Optional<StreamAssignment> present = image.stream(command.account(), config.name());
        if (present.isPresent()) {
            return StreamConfigRules.isSame(present.get().config(), config)
                    ? present(present.get(), "")
                    : refused(JetStreamApiError.STREAM_NAME_IN_USE);
        }
        Optional<Rejected> reason = Catalogue.refuseNewStream(image, command.account(), config, command.maxStreams());
        if (reason.isPresent()) {
            return refused(reason.get());
        }
        List<PeerId> peers = present(command.peers());
        if (peers.size() < command.peers().size()) {
            return refused(JetStreamApiError.NO_SUITABLE_PEERS.with("a chosen node has left the cluster"));
        }
        Change change = new Change(image, batch);
        StreamAssignment stream = new StreamAssignment(
                command.id(),
                change.nextStreamNumber(),
                command.group(),
                Replicas.founding(peers, change.revision()),
                command.account(),
                config,
                position.timeNanos(),
                change.revision(),
                Map.of(),
                List.of());
        change.putStream(stream);
        return created(change, stream, "");
    }

    /** The same nodes as they are now: one may have lost its disk since it was chosen. Those that are gone are left out. */
    private List<PeerId> present(List<PeerId> chosen) {
        return chosen.stream()
                .map(peer -> image.nodes().get(peer.node()))
                .filter(Objects::nonNull)
                .map(node -> node.raft().id())
                .toList();
    }

    private Outcome<MetaReply, MetaEffect> updateStream(MetaCommand.UpdateStream command, WriteBatch batch) {
        Optional<StreamAssignment> present = find(command.id());
        if (present.isEmpty()) {
            return refused(JetStreamApiError.STREAM_NOT_FOUND);
        }
        StreamAssignment stream = present.get();
        StreamConfig config = command.config();
        if (stream.config().equals(config)) {
            return present(stream, "");
        }
        Optional<Rejected> reason = Catalogue.refuseUpdate(image, stream, config);
        if (reason.isPresent()) {
            return refused(reason.get());
        }
        Change change = new Change(image, batch);
        change.putStream(stream.with(StreamConfigRules.stored(config), change.revision()));
        return updated(change, stream, "");
    }

    private Outcome<MetaReply, MetaEffect> deleteStream(MetaCommand.DeleteStream command, WriteBatch batch) {
        Optional<StreamAssignment> stream = find(command.id());
        if (stream.isEmpty()) {
            return refused(JetStreamApiError.STREAM_NOT_FOUND);
        }
        Change change = new Change(image, batch);
        change.removeStream(stream.get());
        return done(change);
    }

    private Outcome<MetaReply, MetaEffect> putConsumer(
            Position position, MetaCommand.PutConsumer command, WriteBatch batch) {
        Optional<StreamAssignment> stream = find(command.stream());
        if (stream.isEmpty()) {
            return refused(JetStreamApiError.STREAM_NOT_FOUND);
        }
        ConsumerAssignment present =
                stream.get().consumers().get(command.config().name());
        return present == null
                ? createConsumer(position, stream.get(), command, batch)
                : updateConsumer(stream.get(), present, command, batch);
    }

    private Outcome<MetaReply, MetaEffect> createConsumer(
            Position position, StreamAssignment stream, MetaCommand.PutConsumer command, WriteBatch batch) {
        if (command.action() == MetaCommand.PutConsumer.Action.UPDATE) {
            return refused(JetStreamApiError.CONSUMER_DOES_NOT_EXIST);
        }
        Optional<Rejected> reason = Catalogue.refuseNewConsumer(stream, command.config(), command.maxConsumers());
        if (reason.isPresent()) {
            return refused(reason.get());
        }
        Change change = new Change(image, batch);
        change.putConsumer(
                stream,
                new ConsumerAssignment(command.id(), command.config(), position.timeNanos(), change.revision()));
        return created(change, stream, command.id());
    }

    private Outcome<MetaReply, MetaEffect> updateConsumer(
            StreamAssignment stream, ConsumerAssignment present, MetaCommand.PutConsumer command, WriteBatch batch) {
        ConsumerConfig config = command.config();
        boolean creates = command.action() == MetaCommand.PutConsumer.Action.CREATE;
        boolean same =
                present.config().equals(config) || creates && ConsumerConfigRules.isSame(present.config(), config);
        if (!same && creates) {
            return refused(JetStreamApiError.CONSUMER_EXISTS);
        }
        if (same && config.inactiveThresholdNanos() == 0) {
            return present(stream, present.id());
        }
        Optional<Rejected> reason = ConsumerConfigRules.checkUpdate(present.config(), config)
                .or(() -> Catalogue.refuseSharing(stream, config));
        if (reason.isPresent()) {
            return refused(reason.get());
        }
        // A create that finds the same consumer raises the revision too: a removal for inactivity that is under way
        // then
        // meets another revision than the one it was decided at.
        Change change = new Change(image, batch);
        change.putConsumer(
                stream, new ConsumerAssignment(present.id(), config, present.createdAtNanos(), change.revision()));
        return updated(change, stream, present.id());
    }

    private Outcome<MetaReply, MetaEffect> deleteConsumer(MetaCommand.DeleteConsumer command, WriteBatch batch) {
        Optional<StreamAssignment> stream = find(command.stream());
        if (stream.isEmpty()) {
            return refused(JetStreamApiError.STREAM_NOT_FOUND);
        }
        Optional<ConsumerAssignment> consumer = stream.get().consumers().values().stream()
                .filter(candidate -> candidate.id().equals(command.consumerId()))
                .findFirst();
        if (consumer.isEmpty()) {
            return refused(JetStreamApiError.CONSUMER_NOT_FOUND);
        }
        if (command.ifRevision() != 0 && command.ifRevision() != consumer.get().revision()) {
            return refused(JetStreamApiError.CONSUMER_EXISTS);
        }
        Change change = new Change(image, batch);
        change.removeConsumer(stream.get(), consumer.get().config().name());
        return done(change);
    }

    private Outcome<MetaReply, MetaEffect> reportDestroyed(MetaCommand.ReportDestroyed command, WriteBatch batch) {
        Tombstone tombstone = image.tombstones().get(command.id());
        if (tombstone == null || !tombstone.remaining().contains(command.peer())) {
            return unchanged();
        }
        Change change = new Change(image, batch);
        change.destroyed(tombstone, command.peer());
        return done(change);
    }

    private Outcome<MetaReply, MetaEffect> reportDamaged(MetaCommand.ReportDamaged command, WriteBatch batch) {
        Optional<StreamAssignment> stream = find(command.id());
        if (stream.isEmpty()) {
            return refused(JetStreamApiError.STREAM_NOT_FOUND);
        }
        Replicas replicas = stream.get().replicas();
        Optional<String> reason = replicas.refuseRepair(command.peer(), command.replicasRevision());
        if (reason.isPresent()) {
            return refused(JetStreamApiError.NO_SUITABLE_PEERS.with(reason.get()));
        }
        Change change = new Change(image, batch);
        change.putStream(
                stream.get().with(replicas.with(command.peer(), Replicas.Healing.REMOVING, change.revision())));
        return done(change);
    }

    private Outcome<MetaReply, MetaEffect> advanceHealing(MetaCommand.AdvanceHealing command, WriteBatch batch) {
        Optional<StreamAssignment> stream = find(command.id());
        Replicas.Healing phase = stream.map(known -> known.replicas().healing().get(command.peer()))
                .orElse(null);
        if (stream.isEmpty() || phase == null || stream.get().replicas().revision() != command.replicasRevision()) {
            return unchanged();
        }
        Change change = new Change(image, batch);
        change.putStream(
                stream.get().with(stream.get().replicas().with(command.peer(), phase.next(), change.revision())));
        return done(change);
    }

    private Outcome<MetaReply, MetaEffect> reportApplied(MetaCommand.ReportApplied command, WriteBatch batch) {
        Optional<StreamAssignment> stream = find(command.id());
        StreamAssignment applied =
                stream.map(known -> known.applied(command.wantedRevision())).orElse(null);
        if (applied == null || applied.equals(stream.get())) {
            return unchanged();
        }
        Change change = new Change(image, batch);
        change.putStream(applied);
        return done(change);
    }

    private Outcome<MetaReply, MetaEffect> raiseFeatureLevel(MetaCommand.RaiseFeatureLevel command, WriteBatch batch) {
        if (command.level() <= image.featureLevel()) {
            return unchanged();
        }
        if (image.nodes().values().stream().anyMatch(node -> node.featureLevel() < command.level())) {
            return refused(JetStreamApiError.BAD_REQUEST);
        }
        Change change = new Change(image, batch);
        change.featureLevel(command.level());
        return done(change);
    }

    private Optional<StreamAssignment> find(StreamId id) {
        return image.streams().values().stream()
                .filter(stream -> stream.id().equals(id))
                .findFirst();
    }

    private Outcome<MetaReply, MetaEffect> done(Change change) {
        return changed(change, new MetaReply.Done(change.revision()));
    }

    private Outcome<MetaReply, MetaEffect> created(Change change, StreamAssignment stream, String consumerId) {
        return changed(change, new MetaReply.Put(change.revision(), stream.number(), consumerId, true));
    }

    private Outcome<MetaReply, MetaEffect> updated(Change change, StreamAssignment stream, String consumerId) {
        return changed(change, new MetaReply.Put(change.revision(), stream.number(), consumerId, false));
    }

    /** As asked for already. */
    private Outcome<MetaReply, MetaEffect> present(StreamAssignment stream, String consumerId) {
        return Outcome.of(new MetaReply.Put(image.revision(), stream.number(), consumerId, false));
    }

    private Outcome<MetaReply, MetaEffect> changed(Change change, MetaReply reply) {
        image = change.commit();
        return new Outcome<>(reply, List.of(new MetaEffect.ImageChanged(image)));
    }

    private Outcome<MetaReply, MetaEffect> unchanged() {
        return Outcome.of(new MetaReply.Done(image.revision()));
    }

    private static Outcome<MetaReply, MetaEffect> refused(JetStreamApiError error) {
        return refused(Rejected.of(error));
    }

    private static Outcome<MetaReply, MetaEffect> refused(Rejected reason) {
        return Outcome.of(new MetaReply.Refused(reason));
    }
}
