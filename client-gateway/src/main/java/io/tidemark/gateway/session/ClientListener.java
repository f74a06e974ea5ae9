package io.tidemark.gateway.session;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import io.tidemark.gateway.publish.AppendBatcher;
import io.tidemark.gateway.publish.PubAcks;
import io.tidemark.gateway.subject.Message;
import io.tidemark.gateway.subject.RouteCache;
import io.tidemark.gateway.subject.SubjectRouter;
import io.tidemark.raft.UnavailableException;
import io.tidemark.stream.StreamClient;
import io.tidemark.stream.command.FrameOperation;
import io.tidemark.stream.command.StreamReply.FrameOutcome;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Accepts clients and runs their event loops. Started and closed by one thread. */
public final class ClientListener implements AutoCloseable {
    private static final int BACKLOG = 1024;
    private static final int WRITE_HIGH_WATER = 1 << 20;

    private final EventLoopGroup group;
    private final Map<EventExecutor, GatewayLoop> loops = new HashMap<>();
    private final List<GatewayLoop> byNumber = new ArrayList<>();
    private final SessionSetup setup;
    private @Nullable Channel accepting;

    /** Starts the event loops; nothing is accepted yet. */
    public ClientListener(
            int eventLoops,
            SessionLimits limits,
            Authenticator authenticator,
            SubjectRouter router,
            Sessions sessions,
            SessionListener listener) {
        LongSupplier nanoTime = System::nanoTime;
        this.setup = new SessionSetup(
                limits, authenticator, router, sessions, listener, nanoTime, System::currentTimeMillis);
        this.group = new MultiThreadIoEventLoopGroup(
                eventLoops, new DefaultThreadFactory("gateway-loop", true), ioHandler());
        for (EventExecutor executor : group) {
            GatewayLoop loop = new GatewayLoop(byNumber.size(), (EventLoop) executor, router);
            loops.put(executor, loop);
            byNumber.add(loop);
        }
    }

    private static IoHandlerFactory ioHandler() {
        return Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    }

    private static Class<? extends ServerChannel> channelType() {
        return Epoll.isAvailable() ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
    }

    /** From here on messages can go into streams. {@code gateway} is the gateway's incarnation. */
    public void streams(long gateway, StreamClient client, String domain) {
        for (GatewayLoop loop : loops.values()) {
            PubAcks acks = new PubAcks(loop.number(), setup.router(), domain);
            AppendBatcher batcher = new AppendBatcher(gateway, loop.number(), client, loop, setup.router(), acks);
            loop.execute(() -> loop.batcher(batcher));
        }
    }

    /** Publishes nobody's message to the streams that take its subject. Any thread. */
    public void intoStreams(String account, Message message) {
        anyLoop(message.subject().hashCode()).execute(() -> {
            GatewayLoop loop = anyLoop(message.subject().hashCode());
            RouteCache cache = loop.cacheFor(account);
            loop.append(setup.router().match(cache, message.subject()).streams(), cache, message, () -> {});
        });
    }

    /** Sends an operation to a stream, behind what the event loop's clients published to it. On that loop. */
    public CompletableFuture<FrameOutcome> submit(int loop, int stream, FrameOperation operation) {
        AppendBatcher batcher = byNumber.get(loop).batcher();
        return batcher == null
                ? CompletableFuture.failedFuture(new UnavailableException(
                        UnavailableException.Reason.UNREACHABLE, "the gateway isn't connected to streams yet"))
                : batcher.submit(stream, operation);
    }

    private GatewayLoop anyLoop(int seed) {
        return byNumber.get(Math.floorMod(seed, byNumber.size()));
    }

    /** Listens; port -1 means any free one. Returns the port. */
    public int listen(String host, int port) {
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(group)
                .channel(channelType())
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(
                        ChannelOption.WRITE_BUFFER_WATER_MARK,
                        new io.netty.channel.WriteBufferWaterMark(WRITE_HIGH_WATER / 2, WRITE_HIGH_WATER))
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new ClientSession(channel, loopOf(channel), setup));
                    }
                });
        accepting =
                bootstrap.bind(host, Math.max(0, port)).syncUninterruptibly().channel();
        return ((InetSocketAddress) accepting.localAddress()).getPort();
    }

    private GatewayLoop loopOf(Channel channel) {
        return java.util.Objects.requireNonNull(loops.get(channel.eventLoop()));
    }

    /** Accepts nobody else. */
    public void stopAccepting() {
        if (accepting != null) {
            accepting.close().syncUninterruptibly();
        }
    }

    /** Closes sessions one by one over {@code millis}, after {@code graceMillis}. Returns at once. */
    public void drain(long graceMillis, long millis) {
        List<ClientSession> left = List.copyOf(setup.sessions().all());
        long step = left.isEmpty() ? 0 : Math.min(1000, millis / left.size());
        long at = graceMillis;
        for (ClientSession session : left) {
            group.next().schedule(() -> session.close(CloseReason.SERVER_SHUTDOWN), at, TimeUnit.MILLISECONDS);
            at += step;
        }
    }

    /** How many event loops there are. */
    public int loopCount() {
        return byNumber.size();
    }

    /** Closes all connections and stops the event loops. */
    @Override
    public void close() {
        stopAccepting();
        setup.sessions().all().forEach(session -> session.close(CloseReason.SERVER_SHUTDOWN));
        group.shutdownGracefully(50, 2000, TimeUnit.MILLISECONDS).syncUninterruptibly();
    }
}
