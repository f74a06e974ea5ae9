package io.tidemark.meta.command;

import io.tidemark.stream.model.Rejected;

/** What a meta command answers. */
public sealed interface MetaReply {
    /** Done, as of this revision. */
    record Done(long revision) implements MetaReply {}

    /**
     * The asset is as asked for, as of this revision.
     *
     * @param created false where it existed
     */
    record Put(long revision, int stream, String consumerId, boolean created) implements MetaReply {}

    record Refused(Rejected reason) implements MetaReply {}
}
