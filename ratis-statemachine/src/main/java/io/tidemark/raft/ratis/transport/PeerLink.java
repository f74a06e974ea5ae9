package io.tidemark.raft.ratis.transport;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import io.netty.util.collection.LongObjectHashMap;
import io.netty.util.collection.LongObjectMap;
import io.tidemark.raft.GroupId;
import io.tidemark.raft.ratis.proto.TermAnswer;
import io.tidemark.raft.ratis.proto.TermQuestion;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.thirdparty.com.google.protobuf.MessageLite;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks one other node, over one connection that is opened when there is something to ask. A connection over which nothing
 * comes while an answer is awaited is given up: after a node was paused or cut off, TCP would wait for ever longer.
 */
final class PeerLink {
    private static final Logger LOG = LoggerFactory.getLogger(PeerLink.class);
    private static final long TICK_MILLIS = 20;
    private static final long SILENCE_MAX_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final long RECONNECT_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long CROSSING_BYTES_MAX = 4 << 20;
    private static final int ADDRESSES_MAX = 4;

    /** What becomes of a request; on the link's event loop, one of the two, once. */
    interface Answer {
        void arrived(byte[] payload) throws IOException;

        /** It may have been handled all the same, where the connection broke. */
        void failed(String reason);
    }

    private record Parked(ByteBuf frame, Answer answer) {}

    private record Question(GroupId group, LongConsumer term) {}

    private final RaftPeerId peer;
    private final EventLoop loop;
    private final Bootstrap bootstrap;
    private final Executor aside;
    private final Set<Appender> appenders = new CopyOnWriteArraySet<>();
    private volatile @Nullable Outlet outlet;

    /** Frames, and their bytes, on their way to the event loop: none overtakes them. */
    private final AtomicInteger crossing = new AtomicInteger();

    private final AtomicLong crossingBytes = new AtomicLong();

    // The rest belongs to the event loop.
    /** The one that is tried first; members' configurations may differ in what they know. */
    private final Deque<String> addresses = new ArrayDeque<>();

    private final LongObjectMap<Answer> awaited = new LongObjectHashMap<>();
    private final List<Parked> parked = new ArrayList<>();
    private final List<Question> questions = new ArrayList<>();
    private long lastNumber;
    private long waitingSinceNanos;
    private long connectAgainNanos = System.nanoTime();
    private boolean connecting;
    private boolean ticking;
    private boolean closed;

    PeerLink(RaftPeerId peer, String address, EventLoop loop, Bootstrap bootstrap, Executor aside) {
        this.peer = peer;
        addresses.add(address);
        this.loop = loop;
        this.bootstrap = bootstrap;
        this.aside = aside;
    }

    boolean isOpen() {
        return outlet != null;
    }

    /** Whether the connection takes more before what was written has left. */
    boolean isWritable() {
        Outlet current = outlet;
        return current != null
                && crossingBytes.get() < CROSSING_BYTES_MAX
                && current.channel().isWritable();
    }

    /** Where the node may be reached, too. Old configurations say so as well: what works is kept. Any thread. */
    void address(String another) {
        later(() -> {
            if (!addresses.contains(another)) {
                addresses.addFirst(another);
                if (addresses.size() > ADDRESSES_MAX) {
                    addresses.removeLast();
                }
            }
        });
    }

    /** Any thread. */
    void send(FrameKind kind, MessageLite message, Answer answer) {
        send(Frames.encode(kind, message), answer);
    }

    /**
     * Asks which term the node's member of a group is in; questions of one burst share a frame. Any thread.
     *
     * @param term called on the event loop; -1 where nothing trustworthy was answered
     */
    void askTerm(GroupId group, LongConsumer term) {
        Question question = new Question(group, term);
        try {
            loop.execute(() -> {
                questions.add(question);
                if (questions.size() == 1) {
                    later(this::sendQuestions);
                }
            });
        } catch (RejectedExecutionException e) {
            term.accept(-1);
        }
    }

    private void sendQuestions() {
        List<Question> asked = List.copyOf(questions);
        questions.clear();
        if (outlet == null && !isConnectDue()) {
            asked.forEach(one -> one.term().accept(-1));
            return;
        }
        TermQuestion.Builder question = TermQuestion.newBuilder().setPeer(peer.toString());
        asked.forEach(one -> question.addGroups(Frames.bytes(one.group())));
        send(Frames.encode(FrameKind.TERMS, question.build().toByteArray()), new Answer() {
            @Override
            public void arrived(byte[] payload) throws IOException {
                TermAnswer answer = TermAnswer.parseFrom(payload);
                if (answer.getTermsCount() != asked.size()) {
                    throw new IOException(answer.getTermsCount() + " terms of " + asked.size() + " groups");
                }
                for (int i = 0; i < asked.size(); i++) {
                    asked.get(i).term().accept(answer.getTerms(i));
                }
            }

            @Override
            public void failed(String reason) {
                asked.forEach(one -> one.term().accept(-1));
            }
        });
    }

    private void send(ByteBuf frame, Answer answer) {
        if (loop.inEventLoop() && crossing.get() == 0) {
            sendNow(frame, answer);
            return;
        }
        int bytes = frame.readableBytes();
        crossing.incrementAndGet();
        crossingBytes.addAndGet(bytes);
        try {
            loop.execute(() -> {
                crossing.decrementAndGet();
                crossingBytes.addAndGet(-bytes);
                sendNow(frame, answer);
            });
        } catch (RejectedExecutionException e) {
            frame.release();
            answer.failed("the transport is closed");
        }
    }

    private void sendNow(ByteBuf frame, Answer answer) {
        if (closed) {
            frame.release();
            answer.failed("the transport is closed");
            return;
        }
        Outlet current = outlet;
        if (current == null) {
            parked.add(new Parked(frame, answer));
            connect();
        } else {
            write(current, frame, answer);
        }
    }

    private void write(Outlet current, ByteBuf frame, Answer answer) {
        long number = ++lastNumber;
        if (awaited.isEmpty()) {
            waitingSinceNanos = System.nanoTime();
        }
        awaited.put(number, answer);
        current.write(Frames.number(frame, number));
        tickSoon();
    }

    /** Any thread: it is told when the connection opens or takes more, and at least every {@value TICK_MILLIS} ms. */
    void attach(Appender appender) {
        appenders.add(appender);
        later(this::tickSoon);
    }

    void detach(Appender appender) {
        appenders.remove(appender);
    }

    private void tickSoon() {
        if (!ticking && !closed && !(appenders.isEmpty() && awaited.isEmpty())) {
            ticking = true;
            loop.schedule(this::tick, TICK_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void tick() {
        ticking = false;
        long now = System.nanoTime();
        if (!awaited.isEmpty() && now - waitingSinceNanos > SILENCE_MAX_NANOS) {
            drop("no answer for " + TimeUnit.NANOSECONDS.toMillis(now - waitingSinceNanos) + " ms");
        }
        for (Appender appender : appenders) {
            try {
                appender.tick(now);
            } catch (RuntimeException e) { // Its division is closing, or its trouble is its own.
                LOG.warn("{} failed", appender, e);
            }
        }
        tickSoon();
    }

    /** Opens the connection, unless that has failed a moment ago. Any thread. */
    void connectIfDue() {
        later(() -> {
            if (isConnectDue()) {
                connect();
            }
        });
    }

    private boolean isConnectDue() {
        return System.nanoTime() - connectAgainNanos >= 0;
    }

    private void connect() {
        if (connecting || closed || outlet != null) {
            return;
        }
        connecting = true;
        String target = addresses.getFirst();
        try {
            aside.execute(() -> {
                try {
                    InetSocketAddress resolved = Transport.socketAddress(target); // Looking up a name may block.
                    later(() -> connect(resolved));
                } catch (RuntimeException e) {
                    later(() -> notConnected(target + ": " + e));
                }
            });
        } catch (RejectedExecutionException e) {
            connecting = false;
            failParked("the transport is closed");
        }
    }

    /** On the event loop. Any thread. */
    void later(Runnable task) {
        try {
            loop.execute(task);
        } catch (RejectedExecutionException e) {
            LOG.debug("closing, nothing more is asked peer={}", peer);
        }
    }

    private void connect(InetSocketAddress resolved) {
        bootstrap
                .clone(loop)
                .handler(new Inlet())
                .connect(resolved)
                .addListener((ChannelFuture done) -> connected(done));
    }

    private void connected(ChannelFuture done) {
        Channel channel = done.channel();
        if (!done.isSuccess() || closed) {
            channel.close();
            notConnected(closed ? "the transport is closed" : String.valueOf(done.cause()));
            return;
        }
        connecting = false;
        Outlet opened = new Outlet(channel);
        outlet = opened;
        opened.write(Frames.encode(FrameKind.HELLO, Frames.GREETING));
        List<Parked> now = List.copyOf(parked);
        parked.clear();
        now.forEach(request -> write(opened, request.frame(), request.answer()));
        appenders.forEach(Appender::notifyLogAppender);
    }

    private void notConnected(String reason) {
        connecting = false;
        connectAgainNanos = System.nanoTime() + RECONNECT_PAUSE_NANOS;
        addresses.addLast(addresses.removeFirst());
        failParked(reason);
    }

    private void failParked(String reason) {
        List<Parked> now = List.copyOf(parked);
        parked.clear();
        for (Parked request : now) {
            request.frame().release();
            request.answer().failed(reason);
        }
    }

    private void drop(String reason) {
        Outlet current = outlet;
        if (current == null) {
            return;
        }
        outlet = null;
        connectAgainNanos = System.nanoTime() + RECONNECT_PAUSE_NANOS;
        LOG.info("raft connection dropped peer={} cause={}", peer, reason);
        current.channel().close();
        List<Answer> lost = new ArrayList<>(awaited.values());
        awaited.clear();
        lost.forEach(answer -> answer.failed(reason));
    }

    /** Nothing is asked any more. */
    void close() {
        later(() -> {
            closed = true;
            drop("the transport is closed");
            failParked("the transport is closed");
        });
    }

    /** What comes back. */
    private final class Inlet extends FrameReader {
        Inlet() {
            super(false);
        }

        @Override
        void frame(FrameKind kind, long number, byte[] payload) throws IOException {
            waitingSinceNanos = System.nanoTime();
            Answer answer = awaited.remove(number);
            if (answer == null) {
                throw new IOException("an answer to nothing that was asked");
            }
            try {
                switch (kind) {
                    case ANSWER -> answer.arrived(payload);
                    case REFUSAL -> answer.failed(Frames.text(payload));
                    default -> throw new IOException("a frame of kind " + kind + " isn't an answer");
                }
            } catch (IOException e) {
                answer.failed(e.toString());
                throw e;
            }
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext context) {
            if (context.channel().isWritable()) {
                appenders.forEach(Appender::notifyLogAppender);
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            Outlet current = outlet;
            if (current != null && current.channel() == context.channel()) {
                drop("closed by the other side");
            }
        }
    }
}
