package io.tidemark.raft.ratis.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.proto.RaftProtos.TermIndexProto;
import org.apache.ratis.protocol.RaftPeerId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A link to a socket that only listens. */
class PeerLinkTest {
    private static final long PATIENCE_SECONDS = 60;

    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final EventLoop loop = loops.next();
    private final ExecutorService aside = Executors.newSingleThreadExecutor();
    private final BlockingQueue<String> failures = new LinkedBlockingQueue<>();
    private ServerSocket server;

    @BeforeEach
    void listen() throws IOException {
        server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        server.setSoTimeout((int) TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
    }

    @AfterEach
    void close() throws IOException {
        server.close();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
        aside.shutdownNow();
    }

    private PeerLink link(String address) {
        Bootstrap bootstrap = new Bootstrap().channel(NioSocketChannel.class).disableResolver();
        return new PeerLink(RaftPeerId.valueOf("b~00000001"), address, loop, bootstrap, aside);
    }

    private void send(PeerLink link, long term) {
        link.send(FrameKind.VOTE, TermIndexProto.newBuilder().setTerm(term).build(), new PeerLink.Answer() {
            @Override
            public void arrived(byte[] payload) {
                throw new IllegalStateException("nobody answers");
            }

            @Override
            public void failed(String reason) {
                failures.add(reason);
            }
        });
    }

    private static long term(DataInputStream in) throws IOException {
        byte[] payload = new byte[in.readInt()];
        in.readByte();
        in.readLong();
        in.readFully(payload);
        return TermIndexProto.parseFrom(payload).getTerm();
    }

    /** Entries that a leader reads from its disk are sent from aside, those behind them on the event loop. */
    @Test
    void whatWasSentFirstArrivesFirst() throws Exception {
        PeerLink link = link("127.0.0.1:" + server.getLocalPort());
        send(link, 1);
        try (Socket socket = server.accept()) {
            DataInputStream in = new DataInputStream(socket.getInputStream());
            in.readFully(new byte[Frames.HEADER_BYTES + Frames.GREETING.length()]);
            assertThat(term(in)).isEqualTo(1);

            loop.submit(() -> {
                        CompletableFuture.runAsync(() -> send(link, 2), aside).join();
                        send(link, 3);
                    })
                    .sync();

            assertThat(List.of(term(in), term(in))).containsExactly(2L, 3L);
        }
    }

    @Test
    void whatWasAskedFailsWithTheConnection() throws Exception {
        PeerLink link = link("127.0.0.1:" + server.getLocalPort());
        send(link, 1);
        server.accept().close();

        assertThat(failures.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)).isNotNull();
    }

    @Test
    void addressThatCannotBeReadFailsWhatWaitsForIt() throws Exception {
        PeerLink link = link("nowhere");
        send(link, 1);
        assertThat(failures.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)).contains("nowhere");

        link.address("127.0.0.1:" + server.getLocalPort());
        send(link, 2);

        try (Socket socket = server.accept()) {
            DataInputStream in = new DataInputStream(socket.getInputStream());
            in.readFully(new byte[Frames.HEADER_BYTES + Frames.GREETING.length()]);
            assertThat(term(in)).isEqualTo(2);
        }
    }
}
