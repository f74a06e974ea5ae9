package io.tidemark.meta;

import io.tidemark.meta.MetaImage.Holding;
import io.tidemark.meta.MetaImage.StreamAssignment;
import io.tidemark.meta.MetaImage.Tombstone;
import io.tidemark.meta.command.MetaCommand;
import io.tidemark.meta.command.MetaReply;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A stream that had what a command took over, or that it deleted.
 *
 * @param lostAt the revision of the last update that took it from a stream that lives; 0 for a deleted one
 */
record FormerOwner(StreamId id, long lostAt) {
    /** Those of a command that was accepted, as the image shows them. */
    static List<FormerOwner> all(MetaImage image, MetaCommand accepted, MetaReply reply) {
        MetaCommand command = accepted.unwrapped();
        if (command instanceof MetaCommand.DeleteStream delete) {
            return List.of(new FormerOwner(delete.id(), 0));
        }
        if (command instanceof MetaCommand.CreateStream create) {
            // The stream itself may be gone by now: it took nothing over from itself.
            return of(image, Holding.of(create.account(), create.config())).stream()
                    .filter(owner -> !owner.id().equals(create.id()))
                    .toList();
        }
        if (command instanceof MetaCommand.UpdateStream update && reply instanceof MetaReply.Put put) {
            Optional<StreamAssignment> stream = image.stream(put.stream());
            return stream.map(found -> of(image, Holding.of(found.account(), update.config())))
                    .orElse(List.of());
        }
        return List.of();
    }

    private static List<FormerOwner> of(MetaImage image, Holding taken) {
        List<FormerOwner> owners = new ArrayList<>();
        for (Tombstone tombstone : image.tombstones().values()) {
            if (tombstone.held().overlaps(taken)) {
                owners.add(new FormerOwner(tombstone.id(), 0));
            }
        }
        for (StreamAssignment stream : image.streams(taken.account())) {
            stream.givenUp().stream()
                    .filter(loss -> !stream.config().name().equals(taken.name()))
                    .filter(loss ->
                            new Holding(stream.account(), stream.config().name(), loss.subjects()).overlaps(taken))
                    .reduce((earlier, later) -> later)
                    .ifPresent(loss -> owners.add(new FormerOwner(stream.id(), loss.revision())));
        }
        return owners;
    }

    /** Whether it may acknowledge something of what it lost, as far as the image knows. */
    boolean mayStillTake(MetaImage image) {
        Tombstone tombstone = image.tombstones().get(id);
        return tombstone != null
                ? !tombstone.isStopped()
                : image.streams().values().stream()
                        .filter(stream -> stream.id().equals(id))
                        .flatMap(stream -> stream.givenUp().stream())
                        .anyMatch(loss -> loss.revision() <= lostAt);
    }
}
