package io.tidemark.meta;

import io.tidemark.meta.command.MetaCommand;
import io.tidemark.meta.command.MetaReply;
import io.tidemark.stream.model.ConsumerConfig;
import io.tidemark.stream.model.StreamConfig;
import java.util.concurrent.CompletableFuture;

/**
 * How to change what should exist, from any node. Futures fail with {@link io.tidemark.raft.UnavailableException} when the
 * deadline passes without a leader, or before the former owners of what was taken over have lost it; a {@link MetaReply}
 * comes after this node's image has the change's revision, and after the other connected nodes have it or a short bound has
 * passed.
 */
public interface MetaClient {
    /** The newest picture that this node has. */
    MetaImage image();

    /** Calls {@code listener} with each new image, in order, on one thread; at once with the present one. */
    void watch(java.util.function.Consumer<MetaImage> listener);

    /** Places and creates. The config is complete and validated on its own. */
    CompletableFuture<MetaReply> createStream(String account, StreamConfig config, int maxStreams);

    /** Checks the change against what is there, and applies it. */
    CompletableFuture<MetaReply> updateStream(String account, StreamConfig config);

    CompletableFuture<MetaReply> deleteStream(String account, String stream);

    CompletableFuture<MetaReply> putConsumer(
            String account,
            String stream,
            ConsumerConfig config,
            MetaCommand.PutConsumer.Action action,
            int maxConsumers);

    CompletableFuture<MetaReply> deleteConsumer(String account, String stream, String consumer);

    /** Removes a consumer that was inactive, if it is still the same at the same revision. */
    CompletableFuture<MetaReply> removeInactive(StreamId stream, String consumerId, long revision);

    /** Name of the node that leads the meta group, empty where none is known. */
    String leaderNode();
}
