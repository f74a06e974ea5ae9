package io.tidemark.meta;

import static io.tidemark.meta.Samples.ACCOUNT;
import static io.tidemark.meta.Samples.peer;
import static io.tidemark.meta.Samples.stream;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.meta.command.MetaCommand;
import io.tidemark.meta.command.MetaReply;
import io.tidemark.raft.PeerId;
import io.tidemark.storage.memory.MemoryStore;
import io.tidemark.stream.model.JetStreamApiError;
import io.tidemark.stream.model.Rejected;
import io.tidemark.stream.model.StreamConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When a change that takes something over is answered. The former owners' replicas live on other nodes, played here. */
class FormerOwnersTest {
    private static final long PATIENCE_SECONDS = 60;

    @TempDir
    private Path directory;

    private SingleNode node;

    @BeforeEach
    void start() throws Exception {
        node = new SingleNode(directory, new MemoryStore(), 1);
        node.joinedCluster().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        for (String other : List.of("n2", "n3", "n4")) {
            answer(node.meta().submit(new MetaCommand.PutNode(Samples.node(other))));
        }
    }

    @AfterEach
    void close() {
        node.close();
    }

    @Test
    void aDeleteIsAnsweredOnceAMajorityHasStopped() throws Exception {
        create(1, stream("A", "a"));

        CompletableFuture<MetaReply> deleted = node.meta().deleteStream(ACCOUNT, "A");

        waitsUntilStopped(deleted, 1);
    }

    @Test
    void aNameIsTakenOverOnceAMajorityHasStopped() throws Exception {
        buried(1, stream("A", "a"));

        waitsUntilStopped(creating(stream("A", "other")), 1);
    }

    @Test
    void aSubjectIsTakenOverOnceAMajorityHasStopped() throws Exception {
        buried(1, stream("A", "a", "orders.*"));

        waitsUntilStopped(creating(stream("B", "b", "orders.eu")), 1);
    }

    @Test
    void aSubjectIsTakenOverByAnUpdateOnceAMajorityHasStopped() throws Exception {
        answer(creating(stream("B", "b")));
        buried(1, stream("A", "orders.eu"));

        waitsUntilStopped(node.meta().updateStream(ACCOUNT, stream("B", "b", "orders.>")), 1);
    }

    @Test
    void everyFormerOwnerHasToStop() throws Exception {
        buried(1, stream("A", "a"));
        buried(2, stream("B", "b"));
        CompletableFuture<MetaReply> created = creating(stream("C", "a", "b"));

        report(1, peer("n2"));
        report(1, peer("n3"));

        waitsUntilStopped(created, 2);
    }

    @Test
    void aRepeatedCreateWaitsToo() throws Exception {
        buried(1, stream("A", "a"));
        CompletableFuture<MetaReply> first = creating(stream("A", "a"));
        shown("A");

        CompletableFuture<MetaReply> again = creating(stream("A", "a"));

        waitsUntilStopped(again, 1);
        answer(first);
    }

    @Test
    void aRemovedNodeHasStopped() throws Exception {
        buried(1, stream("A", "a"));
        CompletableFuture<MetaReply> created = creating(stream("A", "a"));

        report(1, peer("n2"));
        answer(node.meta().submit(new MetaCommand.RemoveNode(peer("n3"))));

        assertThat(answer(created)).isInstanceOf(MetaReply.Put.class);
    }

    @Test
    void aStreamBesideADeletedOneDoesNotWait() throws Exception {
        buried(1, stream("A", "a"));

        assertThat(answer(creating(stream("B", "b")))).isInstanceOf(MetaReply.Put.class);
        assertThat(answer(node.meta().updateStream(ACCOUNT, stream("B", "c")))).isInstanceOf(MetaReply.Put.class);
        assertThat(answer(node.meta().deleteStream(ACCOUNT, "B"))).isInstanceOf(MetaReply.Done.class);
        assertThat(isStopped(1)).isFalse();
    }

    @Test
    void anotherAccountsStreamIsNoFormerOwner() throws Exception {
        buried(1, stream("A", "a"));

        assertThat(answer(node.meta().createStream("OTHER", stream("A", "a"), -1)))
                .isInstanceOf(MetaReply.Put.class);
        assertThat(isStopped(1)).isFalse();
    }

    @Test
    void aRefusalDoesNotWait() throws Exception {
        answer(creating(stream("B", "b")));
        buried(1, stream("A", "a"));

        assertThat(answer(creating(stream("C", "a", "b"))))
                .isEqualTo(new MetaReply.Refused(Rejected.of(JetStreamApiError.STREAM_SUBJECT_OVERLAP)));
        assertThat(isStopped(1)).isFalse();
    }

    private CompletableFuture<MetaReply> creating(StreamConfig config) {
        return node.meta().createStream(ACCOUNT, config, -1);
    }

    private void create(int number, StreamConfig config) throws Exception {
        assertThat(answer(node.meta().submit(Samples.createStream(number, config, "n2", "n3", "n4"))))
                .isInstanceOf(MetaReply.Put.class);
    }

    /** Deleted, and running on all its nodes still. */
    private void buried(int number, StreamConfig config) throws Exception {
        create(number, config);
        CompletableFuture<MetaImage> shown = new CompletableFuture<>();
        node.meta().watch(image -> {
            if (image.tombstones().containsKey(id(number))) {
                shown.complete(image);
            }
        });
        node.meta().deleteStream(ACCOUNT, config.name());
        shown.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    private void shown(String name) throws Exception {
        CompletableFuture<MetaImage> shown = new CompletableFuture<>();
        node.meta().watch(image -> {
            if (image.stream(ACCOUNT, name).isPresent()) {
                shown.complete(image);
            }
        });
        shown.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /** One of three is no majority, two are. */
    private void waitsUntilStopped(CompletableFuture<MetaReply> changed, int formerOwner) throws Exception {
        report(formerOwner, peer("n4"));
        // What is submitted later and waits for nothing is answered: what was submitted before would have been.
        answer(creating(stream("LATER", "later")));
        assertThat(changed).isNotDone();

        report(formerOwner, peer("n2"));

        assertThat(answer(changed)).isNotInstanceOf(MetaReply.Refused.class);
    }

    private void report(int number, PeerId peer) throws Exception {
        answer(node.meta().submit(new MetaCommand.ReportDestroyed(id(number), peer)));
    }

    private boolean isStopped(int number) {
        MetaImage.Tombstone tombstone = node.meta().image().tombstones().get(id(number));
        return tombstone == null || tombstone.isStopped();
    }

    private static StreamId id(int number) {
        return new StreamId("stream-" + number);
    }

    private static MetaReply answer(CompletableFuture<MetaReply> reply) throws Exception {
        return reply.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
}
