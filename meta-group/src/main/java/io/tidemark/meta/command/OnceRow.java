package io.tidemark.meta.command;

/** What a {@link MetaCommand.Once} that changed something was answered, and its id. */
public record OnceRow(String id, MetaReply reply) {}
