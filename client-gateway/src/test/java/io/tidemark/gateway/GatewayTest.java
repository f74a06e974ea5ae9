package io.tidemark.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import at.favre.lib.crypto.bcrypt.BCrypt;
import io.tidemark.gateway.session.AuthConfig;
import io.tidemark.gateway.session.AuthConfig.Login;
import io.tidemark.gateway.session.SessionListener;
import io.tidemark.gateway.session.SubjectRules;
import io.tidemark.gateway.session.User;
import io.tidemark.storage.Bytes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GatewayTest {
    private Gateway gateway = new Gateway(GatewayMain.config(-1, AuthConfig.OPEN), SessionListener.NONE);
    private final List<RawClient> clients = new ArrayList<>();
    private int port;

    @BeforeEach
    void start() {
        port = gateway.start(GatewayMain.NO_STREAMS);
    }

    @AfterEach
    void stop() throws IOException {
        for (RawClient client : clients) {
            client.close();
        }
        gateway.close();
    }

    private RawClient client() throws IOException {
        RawClient client = RawClient.connected(port);
        clients.add(client);
        return client;
    }

    private RawClient stranger() throws IOException {
        RawClient client = new RawClient(port);
        clients.add(client);
        client.line();
        return client;
    }

    private void restart(AuthConfig auth) {
        gateway.close();
        gateway = new Gateway(GatewayMain.config(-1, auth), SessionListener.NONE);
        start();
    }

    /** The lines with their ends. */
    private static String wire(String... lines) {
        return String.join("\r\n", lines) + "\r\n";
    }

    @Test
    void infoComesFirst() throws IOException {
        RawClient client = new RawClient(port);
        clients.add(client);

        assertThat(client.line())
                .startsWith("INFO {\"server_id\":\"NTEST\",\"server_name\":\"test\"")
                .contains("\"proto\":1", "\"headers\":true", "\"max_payload\":1048576", "\"port\":" + port)
                .doesNotContain("auth_required")
                .endsWith("} \r\n");
    }

    @Test
    void aMessageReachesEveryPlainSubscriberAndOneOfEachQueue() throws IOException {
        RawClient subscriber = client();
        subscriber.send("SUB a.* 1\r\nSUB a.> 2\r\nSUB a.b q 3\r\nSUB a.* q 4\r\nSUB b 5\r\n");
        subscriber.barrier();
        RawClient publisher = client();

        publisher.send("PUB a.b in 5\r\nhello\r\n");
        publisher.barrier();
        String received = subscriber.barrier();

        assertThat(received).contains("MSG a.b 1 in 5\r\nhello\r\n", "MSG a.b 2 in 5\r\nhello\r\n");
        assertThat(received.contains("MSG a.b 3 ") ^ received.contains("MSG a.b 4 "))
                .isTrue();
        assertThat(received).doesNotContain(" 5 in");
    }

    @Test
    void messagesOfOnePublisherStayInOrderOverLoops() throws IOException {
        List<RawClient> subscribers = List.of(client(), client(), client());
        for (RawClient subscriber : subscribers) {
            subscriber.send("SUB n 1\r\n");
            subscriber.barrier();
        }
        StringBuilder burst = new StringBuilder();
        StringBuilder expected = new StringBuilder();
        for (int i = 0; i < 5000; i++) {
            burst.append("PUB n ")
                    .append(("" + i).length())
                    .append("\r\n")
                    .append(i)
                    .append("\r\n");
            expected.append("MSG n 1 ")
                    .append(("" + i).length())
                    .append("\r\n")
                    .append(i)
                    .append("\r\n");
        }

        client().send(burst.toString());

        for (RawClient subscriber : subscribers) {
            assertThat(subscriber.lines(10_000)).isEqualTo(expected.toString());
        }
    }

    @Test
    void headersAreStrippedForThoseWhoDoNotKnowThem() throws IOException {
        RawClient plain = stranger();
        plain.send("CONNECT {\"verbose\":false}\r\nSUB h 1\r\n");
        plain.barrier();
        RawClient publisher = client();
        publisher.send("SUB h 9\r\nHPUB h 18 20\r\nNATS/1.0\r\nA: b\r\n\r\nhi\r\n");

        assertThat(publisher.lines(5)).isEqualTo("HMSG h 9 18 20\r\nNATS/1.0\r\nA: b\r\n\r\nhi\r\n");
        assertThat(plain.lines(2)).isEqualTo("MSG h 1 2\r\nhi\r\n");
    }

    @Test
    void nobodyResponds() throws IOException {
        RawClient client = client();

        client.send("SUB in.* 1\r\nPUB nobody in.1 2\r\nhi\r\nPUB a..b in.2 0\r\n\r\n");

        assertThat(client.lines(5)).isEqualTo("HMSG in.1 1 38 38\r\nNATS/1.0 503\r\nNats-Subject: nobody\r\n\r\n\r\n");
        assertThat(client.line()).isEqualTo("HMSG in.2 1 36 36\r\n");
    }

    @Test
    void aSubscriptionEndsAfterItsMaximum() throws IOException {
        RawClient client = client();

        client.send(
                "SUB a 1\r\nUNSUB 1 2\r\nPUB a 1\r\n1\r\nPUB a 1\r\n2\r\nPUB a 1\r\n3\r\nSUB b 1\r\nPUB b 1\r\n4\r\n");

        assertThat(client.barrier()).isEqualTo("MSG a 1 1\r\n1\r\nMSG a 1 1\r\n2\r\nMSG b 1 1\r\n4\r\n");
    }

    @Test
    void verboseConfirmsEverythingButPings() throws IOException {
        RawClient client = stranger();

        client.send("SUB a 1\r\nCONNECT {\"pedantic\":true}\r\nSUB a 1\r\nPUB a.* 0\r\n\r\nUNSUB 7\r\nSUB a..b 2\r\n");

        assertThat(client.barrier())
                .isEqualTo(
                        "+OK\r\n+OK\r\n+OK\r\n-ERR 'Invalid Publish Subject'\r\n+OK\r\n+OK\r\n-ERR 'Invalid Subject'\r\n");
    }

    @Test
    void withoutEchoOwnMessagesDoNotComeBack() throws IOException {
        RawClient client = stranger();

        client.send("CONNECT {\"verbose\":false,\"echo\":false}\r\nSUB a 1\r\nPUB a 0\r\n\r\n");

        assertThat(client.barrier()).isEmpty();
    }

    @Test
    void theFirstPingIsFollowedByConnectInfo() throws IOException {
        RawClient client = stranger();

        client.send("CONNECT {\"verbose\":false,\"protocol\":1}\r\n");

        assertThat(client.barrier()).isEmpty();
        assertThat(client.line()).contains("\"connect_info\":true,\"remote_account\":\"$G\"");
        assertThat(client.barrier()).isEmpty();
    }

    @Test
    void newAddressesAreAnnounced() throws IOException {
        RawClient client = stranger();
        client.send("CONNECT {\"verbose\":false,\"protocol\":1}\r\n");
        client.barrier();
        client.line();

        gateway.connectUrls(List.of("a:1", "b:2"));

        assertThat(client.line()).contains("\"connect_urls\":[\"a:1\",\"b:2\"]").doesNotContain("connect_info");
    }

    @Test
    void protocolErrorsCloseWithTheirText() throws IOException {
        assertThat(closing("PUB a 2000000\r\n")).isEqualTo("-ERR 'Maximum Payload Violation'\r\n");
        assertThat(closing("NOTHING\r\n")).isEqualTo("-ERR 'Unknown Protocol Operation'\r\n");
        assertThat(closing("PUB a -1\r\n")).isEmpty();
        assertThat(closing("HPUB a 12 12\r\nNATS/1.0\r\n\r\n\r\n")).isEmpty();
        assertThat(closing("CONNECT {\r\n")).isEmpty();
        assertThat(closing("CONNECT {\"verbose\":false,\"protocol\":2}\r\n"))
                .isEqualTo("-ERR 'invalid client protocol'\r\n");
        assertThat(closing("CONNECT {\"verbose\":false,\"no_responders\":true}\r\n"))
                .isEqualTo("-ERR 'no responders requires headers support'\r\n");
        assertThat(closing("CONNECT {\"verbose\":false,\"user\":7}\r\n")).isEmpty();
        assertThat(closing("SUB " + "a".repeat(5000))).isEqualTo("-ERR 'maximum control line exceeded'\r\n");
    }

    private String closing(String input) throws IOException {
        RawClient client = stranger();
        client.send(input);
        return client.rest();
    }

    @Test
    void reservedSubjectsAreRefused() throws IOException {
        RawClient client = client();

        client.send("PUB a $JS.ACK.x 0\r\n\r\nPUB $NRG.x 0\r\n\r\nSUB a _sys_ 1\r\nPUB a $JS.ACK 0\r\n\r\n");

        assertThat(client.barrier())
                .isEqualTo(wire(
                        "-ERR 'Permissions Violation for Publish with Reply of \"$JS.ACK.x\"'",
                        "-ERR 'Permissions Violation for Publish to \"$NRG.x\"'",
                        "-ERR 'Permissions Violation for Subscription to \"a\" using queue \"_sys_\"'"));
    }

    @Test
    void credentialsAreChecked() throws IOException {
        restart(new AuthConfig(Map.of("u", new Login("secret", User.of("u", "A"))), "", "", "$SYS"));

        assertThat(closing("PING\r\n")).isEqualTo("-ERR 'Authorization Violation'\r\n");
        assertThat(closing("CONNECT {\"user\":\"u\",\"pass\":\"no\"}\r\n"))
                .isEqualTo("-ERR 'Authorization Violation'\r\n");
        RawClient client = stranger();
        client.send("CONNECT {\"verbose\":false,\"user\":\"u\",\"pass\":\"secret\"}\r\nSUB a 1\r\nPUB a 0\r\n\r\n");
        assertThat(client.barrier()).isEqualTo("MSG a 1 0\r\n\r\n");
    }

    @Test
    void bcryptPasswordsAreChecked() throws IOException {
        String hash = BCrypt.withDefaults().hashToString(4, "right".toCharArray());
        restart(new AuthConfig(Map.of(), hash, "", "$SYS"));

        assertThat(closing("CONNECT {\"auth_token\":\"wrong\"}\r\n")).isEqualTo("-ERR 'Authorization Violation'\r\n");
        assertThat(closing("CONNECT {\"auth_token\":\"" + hash + "\"}\r\n"))
                .isEqualTo("-ERR 'Authorization Violation'\r\n");
        RawClient client = stranger();
        client.send("CONNECT {\"verbose\":false,\"auth_token\":\"right\"}\r\nSUB a 1\r\nPUB a 0\r\n\r\n");
        assertThat(client.barrier()).isEqualTo("MSG a 1 0\r\n\r\n");
    }

    @Test
    void anotherAccountHearsNothing() throws IOException {
        restart(new AuthConfig(
                Map.of("a", new Login("", User.of("a", "A")), "b", new Login("", User.of("b", "B"))), "", "b", "$SYS"));
        RawClient a = stranger();
        a.send("CONNECT {\"verbose\":false,\"user\":\"a\"}\r\nSUB > 1\r\n");
        a.barrier();
        RawClient b = client();
        b.send("SUB > 1\r\nPUB x 0\r\n\r\n");

        assertThat(b.barrier()).isEqualTo("MSG x 1 0\r\n\r\n");
        assertThat(a.barrier()).isEmpty();
    }

    @Test
    void permissionsRefuseAndFilter() throws IOException {
        User limited = new User(
                "u",
                "A",
                new SubjectRules(List.of("ok.*"), List.of("ok.no")),
                new SubjectRules(List.of("ok.>", "q.> workers"), List.of("ok.secret")),
                null);
        restart(new AuthConfig(
                Map.of("u", new Login("", limited), "free", new Login("", User.of("free", "A"))), "", "free", "$SYS"));
        RawClient client = stranger();
        client.send(wire(
                "CONNECT {\"verbose\":false,\"user\":\"u\"}",
                "SUB ok.* 1",
                "SUB > 2",
                "SUB q.a 3",
                "SUB q.a workers 4",
                "SUB ok.secret 5",
                "PUB ok.no 0",
                "",
                "PUB other 0",
                ""));

        assertThat(client.barrier())
                .isEqualTo(wire(
                        "-ERR 'Permissions Violation for Subscription to \">\"'",
                        "-ERR 'Permissions Violation for Subscription to \"q.a\"'",
                        "-ERR 'Permissions Violation for Subscription to \"ok.secret\"'",
                        "-ERR 'Permissions Violation for Publish to \"ok.no\"'",
                        "-ERR 'Permissions Violation for Publish to \"other\"'"));
        RawClient free = client();
        free.send("PUB ok.secret 0\r\n\r\nPUB ok.a 0\r\n\r\nPUB q.a 0\r\n\r\n");
        free.barrier();
        assertThat(client.barrier()).isEqualTo("MSG ok.a 1 0\r\n\r\nMSG q.a 4 0\r\n\r\n");
    }

    @Test
    void theOutboxShowsAnotherSubjectThanItSendsTo() throws IOException {
        RawClient client = client();
        client.send("SUB deliver.here 1\r\nSUB deliver.* group 2\r\n");
        client.barrier();

        boolean sent = gateway.outbox()
                .deliver("$G", "deliver.here", null, "orders.1", "$JS.ACK.1", Bytes.EMPTY, Bytes.utf8("x"));

        assertThat(sent).isTrue();
        assertThat(client.lines(4)).isEqualTo("MSG orders.1 1 $JS.ACK.1 1\r\nx\r\nMSG orders.1 2 $JS.ACK.1 1\r\nx\r\n");
        assertThat(gateway.outbox().hasInterest("$G", "deliver.here", "group")).isTrue();
        assertThat(gateway.outbox().hasInterest("$G", "deliver.here", "other")).isFalse();
        assertThat(gateway.outbox().hasInterest("$G", "elsewhere", null)).isFalse();
    }

    @Test
    void interestThatComesAndGoesIsNoticed() throws Exception {
        List<Boolean> seen = java.util.Collections.synchronizedList(new ArrayList<>());
        RawClient client = client();
        try (AutoCloseable watch = gateway.outbox()
                .watch("$G", "in.box", () -> seen.add(gateway.outbox().hasInterest("$G", "in.box", null)))) {
            assertThat(watch).isNotNull();
            client.send("SUB in.* 1\r\nSUB other 2\r\nUNSUB 1\r\n");
            client.barrier();
        }
        client.send("SUB in.box 3\r\n");
        client.barrier();

        assertThat(seen).containsExactly(true, false);
    }

    @Test
    void servicesAnswerAndMayRefuse() throws IOException {
        gateway.router()
                .addService(
                        "$JS.API.",
                        request -> request.subject().endsWith("KNOWN")
                                && gateway.outbox()
                                        .deliver(
                                                request.requester().account(),
                                                request.reply(),
                                                null,
                                                request.reply(),
                                                "",
                                                Bytes.EMPTY,
                                                request.payload()));
        RawClient client = client();
        client.send("SUB in.* 1\r\nPUB $JS.API.KNOWN in.1 2\r\nhi\r\n");

        assertThat(client.lines(2)).isEqualTo("MSG in.1 1 2\r\nhi\r\n");
        client.send("PUB $JS.API.OTHER in.2 2\r\nhi\r\n");
        assertThat(client.lines(2)).contains("NATS/1.0 503");
    }

    @Test
    void monitoringSeesWhatWentThrough() throws IOException {
        RawClient client = client();
        client.send("SUB a 1\r\nPUB a 5\r\nhello\r\n");
        client.barrier();

        assertThat(gateway.sessions().count()).isEqualTo(1);
        assertThat(gateway.sessions().open()).singleElement().satisfies(info -> {
            assertThat(info.traffic().messagesIn()).isEqualTo(1);
            assertThat(info.traffic().bytesOut()).isEqualTo(5);
            assertThat(info.subscriptions())
                    .singleElement()
                    .satisfies(
                            subscription -> assertThat(subscription.subject()).isEqualTo("a"));
        });
        assertThat(gateway.sessions().kick(gateway.sessions().open().get(0).id()))
                .isTrue();
        assertThat(client.rest()).isEmpty();
        assertThat(gateway.sessions().closed())
                .singleElement()
                .satisfies(info -> assertThat(info.reason()).isEqualTo("Kicked"));
    }
}
