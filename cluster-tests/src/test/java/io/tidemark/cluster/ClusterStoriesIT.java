package io.tidemark.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.nats.client.Connection;
import io.nats.client.ConsumerContext;
import io.nats.client.JetStream;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.Message;
import io.nats.client.Nats;
import io.nats.client.Subscription;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.StreamConfiguration;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
                one.jetStreamManagement().addStream(config(name, 3));

                for (Connection connection : List.of(one, two, three)) {
                    assertThat(connection
                                    .jetStream()
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
            JetStreamManagement management = connection.jetStreamManagement();
            management.addStream(config("INBOX", 3));
            for (int i = 0; i < 20; i++) {
                connection.jetStream().publish("INBOX.x", Integer.toString(i).getBytes(StandardCharsets.UTF_8));
            }
            for (TestNode node : cluster.nodes()) {
                management.addOrUpdateConsumer(
                        "INBOX",
                        ConsumerConfiguration.builder()
                                .durable("C" + node.name())
                                .build());
                try (Connection client = cluster.connect(node)) {
                    for (int i = 0; i < 20; i++) {
                        String inbox = client.createInbox();
                        Subscription subscription = client.subscribe(inbox);
                        client.publish("$JS.API.CONSUMER.MSG.NEXT.INBOX.C" + node.name(), inbox, new byte[] {'1'});
                        Message message = subscription.nextMessage(Duration.ofSeconds(10));

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
            two.flush(Duration.ofSeconds(5));
            three.flush(Duration.ofSeconds(5));

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
            JetStream jetStream = connection.jetStream();
            management.addStream(config("AGAIN", 3));
            jetStream.publish("AGAIN.x", "old".getBytes(StandardCharsets.UTF_8));
            TestNode away = cluster.node("n3");
            away.kill();

            management.deleteStream("AGAIN");
            management.addStream(StreamConfiguration.builder()
                    .name("AGAIN")
                    .subjects("AGAIN.>")
                    .replicas(1)
                    .build());
            assertThat(jetStream
                            .publish("AGAIN.x", "new".getBytes(StandardCharsets.UTF_8))
                            .getSeqno())
                    .isEqualTo(1);
            away.start();
            cluster.awaitHealthy(away);

            try (Connection back = cluster.connect(away)) {
                assertThat(new String(
                                back.jetStreamManagement()
                                        .getMessage("AGAIN", 1)
                                        .getData(),
                                StandardCharsets.UTF_8))
                        .isEqualTo("new");
            }
        }
    }

    @Test
    void aStreamWithoutAMajorityDoesntFreezeTheConnectionsOthers() throws Exception {
        try (Connection connection = cluster.connect(cluster.node("n1"))) {
            JetStreamManagement management = connection.jetStreamManagement();
            List<String> away = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                management.addStream(config("ONE" + i, 1));
                String leader =
                        management.getStreamInfo("ONE" + i).getClusterInfo().getLeader();
                if (leader.equals("n3")) {
                    away.add("ONE" + i);
                } else {
                    connection.jetStream().publish("ONE" + i + ".x", new byte[0]);
                }
            }
            assertThat(away).isNotEmpty().hasSizeLessThan(12);
            String healthy = management.getStreamNames().stream()
                    .filter(name -> name.startsWith("ONE") && !away.contains(name))
                    .findFirst()
                    .orElseThrow();
            cluster.node("n3").kill();
            try {
                for (int i = 0; i < 50; i++) {
                    connection.publish(away.get(0) + ".x", new byte[1000]);
                    assertThat(connection
                                    .jetStream()
                                    .publish(healthy + ".x", new byte[10])
                                    .getSeqno())
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
        try (Connection connection = Nats.connect(cluster.node("n1").url())) {
            JetStreamManagement management = connection.jetStreamManagement();
            management.addStream(config("LED", 3));
            String leader = management.getStreamInfo("LED").getClusterInfo().getLeader();
            for (int i = 0; i < 5; i++) {
                management.addOrUpdateConsumer(
                        "LED", ConsumerConfiguration.builder().durable("D" + i).build());
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
                        } catch (java.io.IOException | JetStreamApiException notYet) {
                            return false;
                        }
                    });
                    other.jetStream().publish("LED.x", new byte[0]);
                    ConsumerContext consumer = other.getConsumerContext("LED", "D0");
                    assertThat(consumer.next(Duration.ofSeconds(20))).isNotNull();
                }
            } finally {
                victim.start();
                cluster.awaitHealthy(victim);
            }
        }
    }
}
