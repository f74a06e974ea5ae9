package io.tidemark.meta;

import static io.tidemark.meta.Samples.ACCOUNT;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.meta.command.MetaCommand.PutConsumer.Action;
import io.tidemark.meta.command.MetaReply;
import io.tidemark.raft.GroupId;
import io.tidemark.storage.memory.MemoryStore;
import io.tidemark.stream.model.JetStreamApiError;
import io.tidemark.stream.model.Rejected;
import io.tidemark.stream.model.StoreLimits;
import io.tidemark.stream.model.StreamConfig;
import io.tidemark.stream.model.StreamConfig.Storage;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SingleNodeTest {
    private static final long PATIENCE_SECONDS = 60;

    @TempDir
    private Path directory;

    private final MemoryStore store = new MemoryStore();
    private SingleNode node;

    @BeforeEach
    void start() throws Exception {
        node = new SingleNode(directory, store, 1);
        node.joinedCluster().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    @AfterEach
    void close() {
        node.close();
    }

    @Test
    void aNodeFoundsAClusterOfOne() {
        MetaImage image = node.meta().image();

        assertThat(image.clusterId()).isNotEmpty();
        assertThat(image.nodes()).containsOnlyKeys("n1");
        assertThat(node.meta().group()).map(group -> group.id()).contains(MetaGroup.groupId(image.clusterId()));
    }

    @Test
    void aStreamsGroupIsStartedAndItsImageIsThereWithTheAnswer() throws Exception {
        MetaReply.Put reply = (MetaReply.Put) answer(node.meta().createStream(ACCOUNT, Samples.stream("A", "a"), -1));

        assertThat(reply.created()).isTrue();
        assertThat(node.meta().image().revision()).isGreaterThanOrEqualTo(reply.revision());
        assertThat(node.meta().image().stream(ACCOUNT, "A")).isPresent();
        assertThat(nextEvent()).isEqualTo("started A");
    }

    @Test
    void oneNodeHasNoReplicas() throws Exception {
        MetaReply reply =
                answer(node.meta().createStream(ACCOUNT, Samples.replicated(Samples.stream("A", "a"), 3), -1));

        assertThat(reply).isEqualTo(new MetaReply.Refused(Rejected.of(JetStreamApiError.REPLICAS_NOT_SUPPORTED)));
    }

    /** As the original answers a request that its limits have no room for. */
    @Test
    void whatTheNodeHasNoRoomForIsRefused() throws Exception {
        node.close();
        node = new SingleNode(directory, store, 1, new StoreLimits(50, 100));
        node.joinedCluster().get(10, TimeUnit.SECONDS);

        assertThat(answer(node.meta().createStream(ACCOUNT, limited("A", Storage.FILE, 101), -1)))
                .isEqualTo(refused(JetStreamApiError.STORAGE_RESOURCES_EXCEEDED));
        assertThat(answer(node.meta().createStream(ACCOUNT, limited("A", Storage.MEMORY, 51), -1)))
                .isEqualTo(refused(JetStreamApiError.MEMORY_RESOURCES_EXCEEDED));
        assertThat(answer(node.meta().createStream(ACCOUNT, limited("A", Storage.FILE, 60), -1)))
                .isInstanceOf(MetaReply.Put.class);
        assertThat(answer(node.meta().createStream(ACCOUNT, limited("A", Storage.FILE, 60), -1)))
                .isInstanceOf(MetaReply.Put.class);
        assertThat(answer(node.meta().createStream(ACCOUNT, limited("B", Storage.FILE, 41), -1)))
                .isEqualTo(refused(JetStreamApiError.STORAGE_RESOURCES_EXCEEDED));
        assertThat(answer(node.meta().updateStream(ACCOUNT, limited("A", Storage.FILE, 101))))
                .isEqualTo(refused(JetStreamApiError.STORAGE_RESOURCES_EXCEEDED));
        assertThat(answer(node.meta().updateStream(ACCOUNT, limited("A", Storage.FILE, 100))))
                .isInstanceOf(MetaReply.Put.class);
    }

    private static StreamConfig limited(String name, Storage storage, long maxBytes) {
        return Samples.limited(Samples.stream(name, name), storage, maxBytes);
    }

    private static MetaReply refused(JetStreamApiError error) {
        return new MetaReply.Refused(Rejected.of(error));
    }

    @Test
    void aDeletedStreamIsDestroyedAndItsTombstoneGoes() throws Exception {
        answer(node.meta().createStream(ACCOUNT, Samples.stream("A", "a"), -1));
        assertThat(nextEvent()).isEqualTo("started A");
        GroupId group = node.meta().image().stream(ACCOUNT, "A").orElseThrow().group();
        CompletableFuture<MetaImage> buried = new CompletableFuture<>();
        node.meta().watch(image -> {
            if (image.streams().isEmpty() && image.tombstones().isEmpty()) {
                buried.complete(image);
            }
        });

        assertThat(answer(node.meta().deleteStream(ACCOUNT, "A"))).isInstanceOf(MetaReply.Done.class);

        buried.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertThat(node.host().destroyed()).containsExactly(group);
        assertThat(nextEvent()).isEqualTo("stopped");
    }

    @Test
    void whatIsMissingIsRefusedByName() throws Exception {
        assertThat(answer(node.meta().deleteStream(ACCOUNT, "A")))
                .isEqualTo(new MetaReply.Refused(Rejected.of(JetStreamApiError.STREAM_NOT_FOUND)));
        answer(node.meta().createStream(ACCOUNT, Samples.stream("A", "a"), -1));
        assertThat(answer(node.meta().deleteConsumer(ACCOUNT, "A", "C")))
                .isEqualTo(new MetaReply.Refused(Rejected.of(JetStreamApiError.CONSUMER_NOT_FOUND)));
    }

    @Test
    void consumersComeAndGo() throws Exception {
        answer(node.meta().createStream(ACCOUNT, Samples.stream("A", "a"), -1));

        MetaReply.Put put =
                (MetaReply.Put) answer(node.meta().putConsumer(ACCOUNT, "A", Samples.consumer("C"), Action.CREATE, -1));

        assertThat(put.created()).isTrue();
        assertThat(consumers()).isEqualTo(1);
        assertThat(answer(node.meta().deleteConsumer(ACCOUNT, "A", "C"))).isInstanceOf(MetaReply.Done.class);
        assertThat(consumers()).isZero();
    }

    @Test
    void aCommandWaitsForALeader() throws Exception {
        GroupId id = node.meta().group().orElseThrow().id();
        node.host().local(id).stepDown();

        CompletableFuture<MetaReply> reply = node.meta().createStream(ACCOUNT, Samples.stream("A", "a"), -1);
        node.host().local(id).lead();

        assertThat(answer(reply)).isInstanceOf(MetaReply.Put.class);
    }

    @Test
    void aRestartFindsTheSameClusterAndStartsItsStreams() throws Exception {
        answer(node.meta().createStream(ACCOUNT, Samples.stream("A", "a"), -1));
        MetaImage before = node.meta().image();
        node.close();

        node = new SingleNode(directory, store, 2);

        node.joinedCluster().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertThat(nextEvent()).isEqualTo("started A");
        assertThat(node.meta().image()).isEqualTo(before);
    }

    @Test
    void aMemberWhoseMetaGroupIsLostStaysOut() {
        node.close();

        node = new SingleNode(directory, new MemoryStore(), 2);

        assertThat(node.joinedCluster())
                .failsWithin(java.time.Duration.ofSeconds(PATIENCE_SECONDS))
                .withThrowableThat()
                .withMessageContaining("isn't on this node's disk any more");
    }

    private long consumers() {
        return node.meta().image().stream(ACCOUNT, "A")
                .orElseThrow()
                .consumers()
                .size();
    }

    private @org.jspecify.annotations.Nullable String nextEvent() throws InterruptedException {
        return node.events().poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    private static MetaReply answer(CompletableFuture<MetaReply> reply) throws Exception {
        return reply.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
}
