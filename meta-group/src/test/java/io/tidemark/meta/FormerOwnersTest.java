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
    void aSubjectThatWasGivenUpIsTakenOverOnceItsLogHasAppliedThat() throws Exception {
        long givenUp = givenUp(1, stream("A", "a", "orders.*"), stream("A", "a"));

        waitsUntilApplied(creating(stream("B", "orders.eu")), 1, givenUp);
    }

    @Test
    void aSubjectThatWasGivenUpIsTakenOverByAnUpdateOnceItsLogHasAppliedThat() throws Exception {
        answer(creating(stream("B", "b")));
        long givenUp = givenUp(1, stream("A", "a", "orders.*"), stream("A", "a"));

        waitsUntilApplied(node.meta().updateStream(ACCOUNT, stream("B", "b", "orders.>")), 1, givenUp);
    }

    @Test
    void theLastLossOfWhatIsTakenOverCounts() throws Exception {
        long first = givenUp(1, stream("A", "a", "b", "c"), stream("A", "a", "c"));
        long last = revision(answer(node.meta().updateStream(ACCOUNT, stream("A", "a"))));
        CompletableFuture<MetaReply> created = creating(stream("B", "b", "c"));

        applied(1, first);
        waitsUntilApplied(created, 1, last);
    }

    @Test
    void aStreamThatIsDeletedBeforeItsLogHasAppliedTheLossIsWaitedForAsDeleted() throws Exception {
        long givenUp = givenUp(1, stream("A", "a", "b"), stream("A", "a"));
        CompletableFuture<MetaReply> before = creating(stream("B", "b"));
        shown("B");
        bury(1, "A");
        CompletableFuture<MetaReply> repeated = creating(stream("B", "b"));

        applied(1, givenUp);
        assertThat(before).isNotDone();
        waitsUntilStopped(repeated, 1);

        answer(before);
    }

    @Test
    void whatAStreamGaveUpItTakesBackAtOnce() throws Exception {
        givenUp(1, stream("A", "a", "b"), stream("A", "a"));

        assertThat(answer(node.meta().updateStream(ACCOUNT, stream("A", "a", "b"))))
                .isInstanceOf(MetaReply.Put.class);
    }

    @Test
    void whatAnotherStreamKeptOrAnotherAccountGaveUpDoesNotMatter() throws Exception {
        givenUp(1, stream("A", "a", "b"), stream("A", "a"));

        assertThat(answer(creating(stream("B", "other")))).isInstanceOf(MetaReply.Put.class);
        assertThat(answer(node.meta().createStream("OTHER", stream("B", "b"), -1)))
                .isInstanceOf(MetaReply.Put.class);
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
    void aRepeatedCreateDoesNotWaitForItsOwnStreamThatIsGone() throws Exception {
        MetaCommand create = new MetaCommand.Once(
                "create", node.meta().image().revision(), Samples.createStream(1, stream("A", "a"), "n2", "n3", "n4"));
        MetaReply created = answer(node.meta().submit(create));
        bury(1, "A");

        assertThat(answer(node.meta().submit(create))).isEqualTo(created);
        assertThat(isStopped(1)).isFalse();
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

    /** Updated, and no log has applied that yet: the revision of the update. */
    private long givenUp(int number, StreamConfig from, StreamConfig to) throws Exception {
        create(number, from);
        return revision(answer(node.meta().updateStream(ACCOUNT, to)));
    }

    /** Deleted, and running on all its nodes still. */
    private void buried(int number, StreamConfig config) throws Exception {
        create(number, config);
        bury(number, config.name());
    }

    private void bury(int number, String name) throws Exception {
        CompletableFuture<MetaImage> shown = new CompletableFuture<>();
        node.meta().watch(image -> {
            if (image.tombstones().containsKey(id(number))) {
                shown.complete(image);
            }
        });
        node.meta().deleteStream(ACCOUNT, name);
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

    /** What was wanted before isn't enough. */
    private void waitsUntilApplied(CompletableFuture<MetaReply> changed, int formerOwner, long revision)
            throws Exception {
        applied(formerOwner, revision - 1);
        answer(creating(stream("LATER", "later")));
        assertThat(changed).isNotDone();

        applied(formerOwner, revision);

        assertThat(answer(changed)).isInstanceOf(MetaReply.Put.class);
    }

    private void applied(int number, long revision) throws Exception {
        answer(node.meta().submit(new MetaCommand.ReportApplied(id(number), revision)));
    }

    private static long revision(MetaReply reply) {
        return ((MetaReply.Put) reply).revision();
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
