package io.tidemark.raft.ratis.transport;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.tidemark.raft.GroupId;
import io.tidemark.raft.PeerId;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongConsumer;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotReplyProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteReplyProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionReplyProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionRequestProto;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.rpc.RpcType;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.RaftServerRpc;
import org.apache.ratis.server.leader.FollowerInfo;
import org.apache.ratis.server.leader.LeaderState;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.com.google.protobuf.MessageLite;
import org.apache.ratis.thirdparty.com.google.protobuf.Parser;
import org.jspecify.annotations.Nullable;

/** A node's connections with the others, in both directions. */
public final class Transport implements RaftServerRpc {
    private static final int CONNECT_TIMEOUT_MILLIS = 1000;
    private static final long REQUEST_TIMEOUT_MILLIS = 3000;
    private static final int LOOPS_MAX = 4;
    private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(512 << 10, 1 << 20);

    private final RpcType type;
    private final TransportConfig config;
    private final RaftServer server;
    private final EventLoopGroup loops;
    private final Bootstrap outgoing;
    private final Map<RaftPeerId, PeerLink> links = new ConcurrentHashMap<>();
    private volatile @Nullable Channel accepting;

    Transport(RpcType type, TransportConfig config, RaftServer server) {
        this.type = type;
        this.config = config;
        this.server = server;
        boolean epoll = Epoll.isAvailable();
        int count = Math.max(1, Math.min(LOOPS_MAX, Runtime.getRuntime().availableProcessors() / 2));
        loops = new MultiThreadIoEventLoopGroup(
                count,
                new DefaultThreadFactory("raft-link", true),
                epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
        outgoing = new Bootstrap()
                .channel(epoll ? EpollSocketChannel.class : NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_KEEPALIVE, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MILLIS)
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
                .disableResolver();
    }

    @Override
    public RpcType getRpcType() {
        return type;
    }

    @Override
    public void start() throws IOException {
        Inbound.Desk desk = new Inbound.Desk(
                config.self(),
                ByteString.copyFromUtf8(config.self().toString()),
                server,
                config.isOpen(),
                config.aside());
        var binding = new ServerBootstrap()
                .group(loops)
                .channel(Epoll.isAvailable() ? EpollServerSocketChannel.class : NioServerSocketChannel.class)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new Inbound(channel, desk));
                    }
                })
                .bind(config.host(), config.port())
                .awaitUninterruptibly();
        if (!binding.isSuccess()) {
            close();
            throw new IOException(
                    "can't listen on " + config.host() + ":" + config.port() + " for raft: "
                            + binding.cause().getMessage(),
                    binding.cause());
        }
        accepting = binding.channel();
    }

    @Override
    public InetSocketAddress getInetSocketAddress() {
        Channel bound = accepting;
        return bound == null
                ? InetSocketAddress.createUnresolved(config.host(), config.port())
                : (InetSocketAddress) bound.localAddress();
    }

    /** The address of {@code host:port}; unresolved where the name isn't known. */
    static InetSocketAddress socketAddress(String address) {
        int colon = address.lastIndexOf(':');
        String host = address.substring(0, colon);
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        return new InetSocketAddress(
                bracketed ? host.substring(1, host.length() - 1) : host,
                Integer.parseInt(address.substring(colon + 1)));
    }

    @Override
    public void addRaftPeers(Collection<RaftPeer> peers) {
        peers.forEach(this::link);
    }

    private PeerLink link(RaftPeer peer) {
        PeerLink link = links.computeIfAbsent(
                peer.getId(), id -> new PeerLink(id, peer.getAddress(), loops.next(), outgoing, config.aside()));
        link.address(peer.getAddress());
        return link;
    }

    Appender appender(RaftServer.Division division, LeaderState leader, FollowerInfo follower) {
        return new Appender(division, leader, follower, link(follower.getPeer()), config.aside());
    }

    /**
     * Asks which term another node's member of a group is in. Any thread.
     *
     * @param term called later on an event loop, or at once; -1 where nothing trustworthy was answered
     */
    public void askTerm(PeerId peer, GroupId group, LongConsumer term) {
        PeerLink link = links.get(RaftPeerId.valueOf(peer.toString()));
        if (link == null) {
            term.accept(-1);
        } else {
            link.askTerm(group, term);
        }
    }

    @Override
    public RequestVoteReplyProto requestVote(RequestVoteRequestProto request) throws IOException {
        return call(FrameKind.VOTE, request.getServerRequest(), request, RequestVoteReplyProto.parser());
    }

    @Override
    public StartLeaderElectionReplyProto startLeaderElection(StartLeaderElectionRequestProto request)
            throws IOException {
        return call(FrameKind.STAND, request.getServerRequest(), request, StartLeaderElectionReplyProto.parser());
    }

    /** Appenders send them. */
    @Override
    public AppendEntriesReplyProto appendEntries(AppendEntriesRequestProto request) {
        throw new UnsupportedOperationException("appendEntries");
    }

    /** Appenders send them. */
    @Override
    public InstallSnapshotReplyProto installSnapshot(InstallSnapshotRequestProto request) {
        throw new UnsupportedOperationException("installSnapshot");
    }

    private <R> R call(FrameKind kind, RaftRpcRequestProto envelope, MessageLite request, Parser<R> parser)
            throws IOException {
        RaftPeerId peer = RaftPeerId.valueOf(envelope.getReplyId());
        PeerLink link = links.get(peer);
        if (link == null) {
            throw new IOException("no address of " + peer);
        }
        CompletableFuture<R> reply = new CompletableFuture<>();
        link.send(kind, request, new PeerLink.Answer() {
            @Override
            public void arrived(byte[] payload) throws IOException {
                reply.complete(Frames.parse(parser, payload));
            }

            @Override
            public void failed(String reason) {
                reply.completeExceptionally(new IOException(reason));
            }
        });
        try {
            return reply.get(REQUEST_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException(peer + ": interrupted");
        } catch (TimeoutException e) {
            throw new IOException(peer + ": no answer within " + REQUEST_TIMEOUT_MILLIS + " ms", e);
        } catch (ExecutionException e) {
            throw new IOException(peer + ": no answer", e.getCause());
        }
    }

    /** A link mends itself. */
    @Override
    public void handleException(RaftPeerId peer, Exception thrown, boolean reconnect) {}

    @Override
    public void close() {
        Channel bound = accepting;
        if (bound != null) {
            bound.close().awaitUninterruptibly();
        }
        links.values().forEach(PeerLink::close);
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
