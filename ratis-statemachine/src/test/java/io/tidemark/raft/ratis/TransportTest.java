package io.tidemark.raft.ratis;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.raft.GroupId;
import io.tidemark.raft.PeerId;
import io.tidemark.raft.ratis.transport.Transport;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.protocol.RaftPeer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a node's connections let in, and what becomes of questions that nobody answers. */
class TransportTest {
    private static final GroupId GROUP = new GroupId(new UUID(1, 2));
    private static final PeerId A = PeerId.parse("a~00000001");
    private static final PeerId OTHER = PeerId.parse("o~00000001");
    private static final int TERMS = 6;
    private static final int STAND = 5;
    private static final int REFUSAL = 17;

    private final Map<PeerId, TestNode> nodes = new HashMap<>();
    private TestNode node;

    @BeforeEach
    void open(@TempDir Path directory) {
        node = new TestNode(A, directory, nodes).open();
        node.start(GROUP, List.of(node.peer()));
        Await.until(() -> node.leads(GROUP), () -> node.group(GROUP).status());
    }

    @AfterEach
    void close() {
        node.close();
    }

    private Socket connect() throws IOException {
        int port = Integer.parseInt(node.host().address().split(":")[1]);
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(60));
        return socket;
    }

    private static void send(Socket socket, int kind, byte[] payload) throws IOException {
        DataOutputStream out = new DataOutputStream(socket.getOutputStream());
        out.writeInt(payload.length);
        out.writeByte(kind);
        out.writeLong(7);
        out.write(payload);
        out.flush();
    }

    private static void greet(Socket socket) throws IOException {
        send(socket, 1, "tidemark-raft 1".getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void whoDoesNotGreetIsNotListenedTo() throws IOException {
        try (Socket socket = connect()) {
            send(socket, TERMS, new byte[0]);

            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
    }

    /** A node that lost its disk gets what was meant for the peer that it was. */
    @Test
    void requestForAnotherIncarnationIsRefused() throws IOException {
        for (int kind : new int[] {TERMS, STAND}) {
            try (Socket socket = connect()) {
                greet(socket);
                send(socket, kind, new byte[0]);

                DataInputStream in = new DataInputStream(socket.getInputStream());
                byte[] reason = new byte[in.readInt()];
                assertThat(in.readByte()).isEqualTo((byte) REFUSAL);
                assertThat(in.readLong()).isEqualTo(7);
                in.readFully(reason);
                assertThat(new String(reason, StandardCharsets.UTF_8)).isEqualTo("this is " + A);
            }
        }
    }

    private static long term(Transport transport, PeerId peer, GroupId group) {
        CompletableFuture<Long> term = new CompletableFuture<>();
        transport.askTerm(peer, group, term::complete);
        return Await.result(term);
    }

    private static void introduce(Transport transport, PeerId peer, String address) {
        transport.addRaftPeers(List.of(
                RaftPeer.newBuilder().setId(peer.toString()).setAddress(address).build()));
    }

    @Test
    void membersTermIsTold(@TempDir Path directory) {
        try (TestNode other = new TestNode(OTHER, directory, nodes).open()) {
            Transport transport = other.host().transport();
            introduce(transport, A, node.host().address());

            assertThat(term(transport, A, GROUP))
                    .isEqualTo(node.group(GROUP).leadership().term());
            assertThat(term(transport, A, new GroupId(new UUID(3, 4))))
                    .as("a group that isn't here")
                    .isEqualTo(-1);
            assertThat(term(transport, PeerId.parse("z~00000001"), GROUP))
                    .as("a peer without an address")
                    .isEqualTo(-1);
            introduce(transport, PeerId.parse("a~00000002"), node.host().address());
            assertThat(term(transport, PeerId.parse("a~00000002"), GROUP))
                    .as("another incarnation")
                    .isEqualTo(-1);
        }
    }

    /** A paused node's kernel still accepts connections. */
    @Test
    void whoNeverAnswersIsGivenUp() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Transport transport = node.host().transport();
            introduce(transport, OTHER, "127.0.0.1:" + silent.getLocalPort());

            assertThat(term(transport, OTHER, GROUP)).isEqualTo(-1);
        }
    }

    @Test
    void addressThatNobodyListensAtFailsAtOnceAndIsTriedAgain(@TempDir Path directory) throws IOException {
        int port;
        try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = closed.getLocalPort();
        }
        Transport transport = node.host().transport();
        introduce(transport, OTHER, "127.0.0.1:" + port);
        assertThat(term(transport, OTHER, GROUP)).isEqualTo(-1);

        try (TestNode other = new TestNode(OTHER, directory, nodes).open()) {
            introduce(transport, OTHER, other.host().address());
            other.start(GROUP, List.of(other.peer()));
            Await.until(() -> term(transport, OTHER, GROUP) > 0, () -> "no term");
        }
    }
}
