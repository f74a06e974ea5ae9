package io.tidemark.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.nats.client.Connection;
import io.nats.client.ConsumerContext;
import io.nats.client.JetStream;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.JetStreamStatusCheckedException;
import io.nats.client.Message;
import io.nats.client.Subscription;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.StreamConfiguration;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What only shows between nodes. One cluster for all, so each test names its own streams. */
@SuppressWarnings("try") // A connection's close may be interrupted.
class ClusterStoriesIT {
    @TempDir
    static Path directory;

    private static TestCluster cluster;

    @BeforeAll
    static void start() {
        cluster = TestCluster.three(directory);
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    /** A repeated delete may find that the one before was done. */
    private static boolean isDeleted(JetStreamManagement management, String stream, boolean isRepeated)
            throws IOException, JetStreamApiException {
        try {
            return management.deleteStream(stream);
        } catch (JetStreamApiException refused) {
            if (isRepeated && refused.getErrorCode() == 404) {
                return true;
            }
            throw refused;
        }
    }

    /** A pull that waits at a leader that goes ends with it. */
    private static boolean isDelivered(ConsumerContext consumer) {
        try {
            return consumer.next(Duration.ofSeconds(20)) != null;
        } catch (IOException | JetStreamApiException | JetStreamStatusCheckedException notNow) {
            return false;
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    private static StreamConfiguration config(String name, int replicas) {
        return StreamConfiguration.builder()
                .name(name)
                .subjects(name + ".>")
                .replicas(replicas)
                .build();
    }

    @Test
    void aPublishOnAnyNodeRightAfterACreateIsTaken() throws Exception {
        try (Connection one = cluster.connect(cluster.node("n1"));
                Connection two = cluster.connect(cluster.node("n2"));
                Connection three = cluster.connect(cluster.node("n3"))) {
            for (int i = 0; i < 10; i++) {
                String name = "FRESH" + i;
                cluster.create(one, config(name, 3));

                for (Connection connection : List.of(one, two, three)) {
                    assertThat(TestCluster.jetStream(connection)
                                    .publish(name + ".x", new byte[0])
                                    .getStream())
                            .isEqualTo(name);
                }
            }
        }
    }

    @Test
    void aPullRightAfterItsInboxIsServedFromAnotherNode() throws Exception {
        try (Connection connection = cluster.connect(cluster.node("n1"))) {
            cluster.create(connection, config("INBOX", 3));
            JetStream jetStream = TestCluster.jetStream(connection);
            for (int i = 0; i < 20; i++) {
                jetStream.publish("INBOX.x", Integer.toString(i).getBytes(StandardCharsets.UTF_8));
            }
            for (TestNode node : cluster.nodes()) {
                cluster.create(
                        connection,
                        "INBOX",
                        ConsumerConfiguration.builder()
                                .durable("C" + node.name())
                                .build());
                try (Connection client = cluster.connect(node)) {
                    for (int i = 0; i < 20; i++) {
                        String inbox = client.createInbox();
                        Subscription subscription = client.subscribe(inbox);
                        client.publish("$JS.API.CONSUMER.MSG.NEXT.INBOX.C" + node.name(), inbox, new byte[] {'1'});
                        Message message = subscription.nextMessage(TestCluster.PATIENCE);

                        assertThat(message).isNotNull();
                        assertThat(new String(message.getData(), StandardCharsets.UTF_8))
                                .isEqualTo(Integer.toString(i));
                        subscription.unsubscribe();
                    }
                }
            }
        }
    }

    @Test
    void interestRequestsAndQueueGroupsSpanNodes() throws Exception {
        try (Connection one = cluster.connect(cluster.node("n1"));
                Connection two = cluster.connect(cluster.node("n2"));
                Connection three = cluster.connect(cluster.node("n3"))) {
            two.createDispatcher(request -> two.publish(request.getReplyTo(), "pong".getBytes(StandardCharsets.UTF_8)))
                    .subscribe("span.ping", "workers");
            three.createDispatcher(
                            request -> three.publish(request.getReplyTo(), "pong".getBytes(StandardCharsets.UTF_8)))
                    .subscribe("span.ping", "workers");
            two.flush(TestCluster.PATIENCE);
            three.flush(TestCluster.PATIENCE);

            cluster.until("a request from the third node is answered", () -> {
                try {
                    return one.request("span.ping", new byte[0], Duration.ofSeconds(1)) != null;
                } catch (InterruptedException interrupted) {
                    throw new IllegalStateException(interrupted);
                }
            });
        }
    }

    @Test
    void aStreamCreatedAgainUnderItsNameIsAnotherOne() throws Exception {
        try (Connection connection = cluster.connect(cluster.node("n1"))) {
            JetStreamManagement management = connection.jetStreamManagement();
            JetStream jetStream = TestCluster.jetStream(connection);
            cluster.create(connection, config("AGAIN", 3));
            jetStream.publish("AGAIN.x", "old".getBytes(StandardCharsets.UTF_8));
            TestNode away = cluster.node("n3");
            away.kill();

            AtomicBoolean repeated = new AtomicBoolean();
            cluster.answer("the stream is deleted", () -> isDeleted(management, "AGAIN", repeated.getAndSet(true)));
            cluster.create(connection, config("AGAIN", 1));
            assertThat(jetStream
                            .publish("AGAIN.x", "new".getBytes(StandardCharsets.UTF_8))
                            .getSeqno())
                    .isEqualTo(1);
            away.start();
            cluster.awaitHealthy(away);

            try (Connection back = cluster.connect(away)) {
                assertThat(new String(
                                cluster.answer(
                                                "the new message is read",
                                                () -> back.jetStreamManagement().getMessage("AGAIN", 1))
                                        .getData(),
                                StandardCharsets.UTF_8))
                        .isEqualTo("new");
            }
        }
    }

    @Test
    void aStreamWithoutAMajorityDoesntFreezeTheConnectionsOthers() throws Exception {
        try (Connection connection = cluster.connect(cluster.node("n1"))) {
            JetStream jetStream = TestCluster.jetStream(connection);
            List<String> away = new ArrayList<>();
            List<String> here = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                cluster.create(connection, config("ONE" + i, 1));
                if (cluster.leader(connection, "ONE" + i).equals("n3")) {
                    away.add("ONE" + i);
                } else {
                    here.add("ONE" + i);
                    jetStream.publish("ONE" + i + ".x", new byte[0]);
                }
            }
            assertThat(away).isNotEmpty();
            assertThat(here).isNotEmpty();
            String healthy = here.get(0);
            cluster.node("n3").kill();
            try {
                for (int i = 0; i < 50; i++) {
                    connection.publish(away.get(0) + ".x", new byte[1000]);
                    assertThat(jetStream.publish(healthy + ".x", new byte[10]).getSeqno())
                            .isPositive();
                }
            } finally {
                cluster.node("n3").start();
                cluster.awaitHealthy(cluster.node("n3"));
            }
        }
    }

    @Test
    void aConsumerThatWasCreatedIsThereWhateverLeaderDies() throws Exception {
        try (Connection connection = cluster.connect(cluster.node("n1"))) {
            cluster.create(connection, config("LED", 3));
            String leader = cluster.leader(connection, "LED");
            for (int i = 0; i < 5; i++) {
                cluster.create(
                        connection,
                        "LED",
                        ConsumerConfiguration.builder().durable("D" + i).build());
            }
            TestNode victim = cluster.node(leader);
            victim.kill();
            try {
                TestNode survivor = cluster.otherThan(leader);
                try (Connection other = cluster.connect(survivor)) {
                    cluster.until("all five are there", () -> {
                        try {
                            return other.jetStreamManagement()
                                            .getConsumerNames("LED")
                                            .size()
                                    == 5;
                        } catch (IOException | JetStreamApiException notYet) {
                            return false;
                        }
                    });
                    TestCluster.jetStream(other).publish("LED.x", new byte[0]);
                    ConsumerContext consumer =
                            cluster.answer("the consumer is found", () -> other.getConsumerContext("LED", "D0"));
                    cluster.until("its message is delivered", () -> isDelivered(consumer));
                }
            } finally {
                victim.start();
                cluster.awaitHealthy(victim);
            }
        }
    }
}
