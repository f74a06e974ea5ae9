package io.tidemark.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.nats.client.Connection;
import io.nats.client.JetStream;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.JetStreamSubscription;
import io.nats.client.Message;
import io.nats.client.PullSubscribeOptions;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.ConsumerInfo;
import io.nats.client.api.PublishAck;
import io.nats.client.api.StreamConfiguration;
import io.nats.client.api.StreamInfo;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What three nodes promise when some of them die, or lose what they have. */
@SuppressWarnings("try") // A connection's close may be interrupted.
class NodeLossIT {
    private static final String STREAM = "S";

    @TempDir
    Path directory;

    @Test
    void theLeadersDeathLosesNothingAckedAndFailsNoPublish() throws Exception {
        try (TestCluster cluster = TestCluster.three(directory)) {
            String leader = create(cluster);
            TestNode survivor = cluster.otherThan(leader);
            try (Connection connection = cluster.connect(survivor)) {
                Publisher publisher = new Publisher(connection);
                publisher.reach(200);

                // What the machine alone holds up, where nothing has failed, isn't the election's time.
                Duration stall = Duration.ofNanos(publisher.longestGapNanos);
                cluster.node(leader).kill();
                long before = publisher.acked.size();
                publisher.reach(before + 200);
                publisher.stop();

                assertThat(publisher.failures).isEmpty();
                System.out.printf(
                        "longest gap between acks: %d ms, %d ms before the leader died%n",
                        publisher.longestGapNanos / 1_000_000, stall.toMillis());
                assertThat(Duration.ofNanos(publisher.longestGapNanos))
                        .isLessThan(Duration.ofSeconds(6).plus(stall.multipliedBy(3)));
                assertStored(cluster, connection, publisher.acked);

                cluster.node(leader).start();
                cluster.awaitHealthy(cluster.node(leader));
                cluster.until("the node that came back has caught up", () -> allCurrent(connection, 2));
            }
        }
    }

    @Test
    void consumersGoOnWhenTheLeaderDies() throws Exception {
        try (TestCluster cluster = TestCluster.three(directory)) {
            String leader = create(cluster);
            TestNode survivor = cluster.otherThan(leader);
            try (Connection connection = cluster.connect(survivor)) {
                Publisher publisher = new Publisher(connection);
                publisher.reach(300);
                publisher.stop();
                JetStreamSubscription worker = worker(cluster, connection);
                Set<Long> delivered = new TreeSet<>();
                Set<Long> confirmed = new TreeSet<>();
                List<Long> again = new ArrayList<>();
                AtomicBoolean killed = new AtomicBoolean();

                cluster.until("every message was acked once", () -> {
                    for (Message message : worker.fetch(20, Duration.ofSeconds(1))) {
                        long sequence = message.metaData().streamSequence();
                        delivered.add(sequence);
                        if (confirmed.contains(sequence)) {
                            again.add(sequence);
                        }
                        if (confirm(message)) {
                            confirmed.add(sequence);
                        }
                    }
                    if (confirmed.size() >= 100 && killed.compareAndSet(false, true)) {
                        cluster.node(leader).kill();
                    }
                    return delivered.size() >= publisher.acked.size() && isAllAcked(worker);
                });

                assertThat(again).isEmpty();
            }
        }
    }

    @Test
    void theDeathOfAllAtOnceLosesNothingAcked() throws Exception {
        try (TestCluster cluster = TestCluster.three(directory)) {
            create(cluster);
            List<Long> acked;
            try (Connection connection = cluster.connect(cluster.node("n1"))) {
                Publisher publisher = new Publisher(connection);
                publisher.reach(300);
                cluster.nodes().forEach(TestNode::kill);
                publisher.abandon();
                acked = List.copyOf(publisher.acked);
            }

            cluster.startAll();
            cluster.awaitReady();

            try (Connection connection = cluster.connect(cluster.node("n2"))) {
                cluster.until("the stream has a leader", () -> hasLeader(connection));
                assertStored(cluster, connection, acked);
            }
        }
    }

    @Test
    void aWipedNodeIsFilledAgainWhileClientsPublish() throws Exception {
        healsWhileClientsPublish(node -> Trees.delete(node.directory()));
    }

    @Test
    void aDamagedLogIsFilledAgainWhileClientsPublish() throws Exception {
        healsWhileClientsPublish(node -> node.streamLogs().forEach(Trees::damageLog));
    }

    /** The leader dies, and comes back with the damage; after that another node may die for ever. */
    private void healsWhileClientsPublish(Consumer<TestNode> damage) throws Exception {
        try (TestCluster cluster = TestCluster.three(directory)) {
            TestNode damaged = cluster.node(create(cluster));
            TestNode survivor = cluster.otherThan(damaged.name());
            try (Connection connection = cluster.connect(survivor)) {
                Publisher publisher = new Publisher(connection);
                publisher.reach(200);

                damaged.kill();
                damage.accept(damaged);
                damaged.start();
                cluster.until(
                        "the copy is repaired",
                        () -> cluster.nodes().stream().anyMatch(node -> node.hasLogged("STAGING is done")));
                cluster.until("all replicas are current", () -> allCurrent(connection, 2));
                publisher.reach(publisher.acked.size() + 100);
                publisher.stop();
                cluster.nodes().stream()
                        .filter(node -> node != damaged && node != survivor)
                        .forEach(TestNode::kill);

                assertThat(publisher.failures).isEmpty();
                cluster.until("the stream has a leader", () -> hasLeader(connection));
                assertStored(cluster, connection, publisher.acked);
            }
        }
    }

    private static boolean hasLeader(Connection connection) {
        return info(connection)
                .filter(info -> info.getStreamState().getMsgCount() > 0)
                .isPresent();
    }

    /** Its ack wait is longer than a slow machine takes for a batch: what comes twice was delivered in vain. */
    private static JetStreamSubscription worker(TestCluster cluster, Connection connection) {
        PullSubscribeOptions options = PullSubscribeOptions.builder()
                .durable("worker")
                .configuration(ConsumerConfiguration.builder()
                        .ackWait(Duration.ofSeconds(30))
                        .build())
                .build();
        return cluster.answer(
                "the worker subscribes", () -> connection.jetStream().subscribe("s.>", options));
    }

    /** Also what was acked without an answer. */
    private static boolean isAllAcked(JetStreamSubscription worker) {
        try {
            ConsumerInfo info = worker.getConsumerInfo();
            return info.getNumPending() == 0 && info.getNumAckPending() == 0;
        } catch (IOException | JetStreamApiException notNow) {
            return false;
        }
    }

    /** Returns the leader's name. */
    private static String create(TestCluster cluster) throws Exception {
        try (Connection connection = cluster.connect(cluster.node("n1"))) {
            cluster.create(
                    connection,
                    StreamConfiguration.builder()
                            .name(STREAM)
                            .subjects("s.>")
                            .replicas(3)
                            .build());
            cluster.until("all replicas are current", () -> allCurrent(connection, 2));
            return cluster.leader(connection, STREAM);
        }
    }

    private static boolean allCurrent(Connection connection, int replicas) {
        return info(connection)
                .flatMap(info -> Optional.ofNullable(info.getClusterInfo()))
                .filter(group -> group.getLeader() != null && group.getReplicas() != null)
                .filter(group -> group.getReplicas().stream()
                                .filter(replica -> replica.isCurrent())
                                .count()
                        == replicas)
                .isPresent();
    }

    /** Empty where nobody can say, as while a leader is elected. */
    private static Optional<StreamInfo> info(Connection connection) {
        try {
            return Optional.of(connection.jetStreamManagement().getStreamInfo(STREAM));
        } catch (IOException | JetStreamApiException notNow) {
            return Optional.empty();
        }
    }

    private static boolean confirm(Message message) {
        try {
            message.ackSync(Duration.ofSeconds(3));
            return true;
        } catch (java.util.concurrent.TimeoutException noAnswer) {
            return false;
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    private static void assertStored(TestCluster cluster, Connection connection, List<Long> acked) throws Exception {
        JetStreamManagement management = connection.jetStreamManagement();
        assertThat(acked).isNotEmpty().doesNotHaveDuplicates();
        for (int number = 0; number < acked.size(); number++) {
            long sequence = acked.get(number);
            byte[] stored = cluster.answer(
                            "message " + sequence + " is read", () -> management.getMessage(STREAM, sequence))
                    .getData();
            assertThat(new String(stored, StandardCharsets.UTF_8)).isEqualTo(Integer.toString(number));
        }
    }

    /** Publishes its counter again and again, each once the last is acked, on a thread of its own. */
    private static final class Publisher {
        private final List<Long> acked = new java.util.concurrent.CopyOnWriteArrayList<>();
        private final List<String> failures = new java.util.concurrent.CopyOnWriteArrayList<>();
        private final CountDownLatch ended = new CountDownLatch(1);
        private volatile boolean stopping;
        private volatile long longestGapNanos;

        Publisher(Connection connection) throws IOException {
            JetStream jetStream = TestCluster.jetStream(connection);
            Thread thread = new Thread(() -> run(jetStream), "publisher");
            thread.setDaemon(true);
            thread.start();
        }

        private void run(JetStream jetStream) {
            long last = System.nanoTime();
            for (int number = 0; !stopping; number++) {
                CompletableFuture<PublishAck> ack =
                        jetStream.publishAsync("s.x", Integer.toString(number).getBytes(StandardCharsets.UTF_8));
                try {
                    acked.add(ack.get(TestCluster.PATIENCE.toSeconds(), TimeUnit.SECONDS)
                            .getSeqno());
                } catch (InterruptedException
                        | java.util.concurrent.ExecutionException
                        | java.util.concurrent.TimeoutException failed) {
                    failures.add(failed.toString());
                    break;
                }
                long now = System.nanoTime();
                longestGapNanos = Math.max(longestGapNanos, now - last);
                last = now;
            }
            ended.countDown();
        }

        void reach(long count) {
            org.awaitility.Awaitility.await(count + " acks")
                    .atMost(TestCluster.PATIENCE)
                    .until(() -> acked.size() >= count || !failures.isEmpty());
        }

        void stop() throws InterruptedException {
            stopping = true;
            assertThat(ended.await(2 * TestCluster.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
        }

        /** For a publisher whose servers are gone. */
        void abandon() {
            stopping = true;
        }
    }
}
