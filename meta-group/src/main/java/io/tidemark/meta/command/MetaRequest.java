package io.tidemark.meta.command;

/** What one node's member of the meta group asks another's. */
public sealed interface MetaRequest {
    /** To the leader: propose this. A create without peers is placed there. */
    record Propose(MetaCommand command) implements MetaRequest {}

    /** To any node: answer once its image has this revision. */
    record AwaitRevision(long revision) implements MetaRequest {}

    /** To the leader: the revision as of now. */
    record CurrentRevision() implements MetaRequest {}
}
