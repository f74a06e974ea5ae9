package io.tidemark.gateway.session;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.tidemark.gateway.json.ConnectJson;
import io.tidemark.gateway.json.InfoJson;
import io.tidemark.gateway.session.SessionInfo.SubscriptionInfo;
import io.tidemark.gateway.subject.InternalService;
import io.tidemark.gateway.subject.Match;
import io.tidemark.gateway.subject.Message;
import io.tidemark.gateway.subject.Receiver;
import io.tidemark.gateway.subject.RouteCache;
import io.tidemark.gateway.subject.StreamTarget;
import io.tidemark.gateway.subject.Subscription;
import io.tidemark.gateway.wire.ClientOp;
import io.tidemark.gateway.wire.ConnectOptions;
import io.tidemark.gateway.wire.NatsDecoder;
import io.tidemark.gateway.wire.NatsEncoder;
import io.tidemark.gateway.wire.NatsHeaders;
import io.tidemark.gateway.wire.ProtocolError;
import io.tidemark.gateway.wire.ServerInfo;
import io.tidemark.storage.Bytes;
import io.tidemark.stream.model.Subject;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One connection. Owned by its event loop but for {@link #deliver} and what monitoring reads. */
final class ClientSession extends ChannelInboundHandlerAdapter implements Receiver {
    private static final Logger LOG = LoggerFactory.getLogger(ClientSession.class);
    private static final long STALL_NANOS = TimeUnit.MILLISECONDS.toNanos(4);
    private static final int MAX_PROTOCOL = 1;

    private final long id;
    private final Channel channel;
    private final GatewayLoop loop;
    private final SessionSetup setup;
    private final NatsDecoder decoder;
    private final SessionOutput output;
    private final PingTimer pings;
    private final SessionStats stats = new SessionStats();
    private final long startedAtMillis;
    private final Map<String, Subscription> subscriptions = new HashMap<>();

    private volatile ConnectOptions options = ConnectOptions.DEFAULT;
    private volatile @Nullable User user;
    private volatile @Nullable CloseReason closed;
    private @Nullable RouteCache routes;
    private Replies replies = Replies.NONE;
    private boolean connected;
    private boolean toldConnectInfo;
    private boolean stalled;
    private int readHolds;
    private boolean authenticating;
    private boolean decoding;
    private final Deque<ByteBuf> unread = new ArrayDeque<>(1);

    ClientSession(Channel channel, GatewayLoop loop, SessionSetup setup) {
        this.id = setup.sessions().nextId();
        this.channel = channel;
        this.loop = loop;
        this.setup = setup;
        this.decoder =
                new NatsDecoder(setup.limits().maxControlLine(), setup.limits().maxPayload());
        this.output = new SessionOutput(channel, loop, setup.limits(), () -> close(CloseReason.SLOW_CONSUMER_DEADLINE));
        this.pings = new PingTimer(
                loop.eventLoop(), setup, this::sendPing, () -> fail("Stale Connection", CloseReason.STALE));
        this.startedAtMillis = setup.wallMillis().getAsLong();
        stats.lastActivityMillis = startedAtMillis;
    }

    long id() {
        return id;
    }

    SessionStats stats() {
        return stats;
    }

    // --- life

    @Override
    public void channelActive(ChannelHandlerContext context) {
        boolean tooMany = setup.sessions().count() >= setup.limits().maxConnections();
        setup.sessions().add(this);
        sendInfo(false);
        if (tooMany) {
            fail("maximum connections exceeded", CloseReason.TOO_MANY_CONNECTIONS);
            return;
        }
        Optional<User> anonymous = setup.authenticator().anonymous();
        if (anonymous.isPresent()) {
            actAs(anonymous.get());
            pings.start();
        } else {
            decoder.credentialsNeeded(true);
            long timeout = setup.limits().times().authTimeout().toNanos();
            loop.eventLoop().schedule(this::checkAuthenticated, timeout, TimeUnit.NANOSECONDS);
        }
        context.fireChannelActive();
    }

    private void checkAuthenticated() {
        if (user == null && closed == null) {
            fail("Authentication Timeout", CloseReason.AUTHENTICATION_TIMEOUT);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        stats.lastActivityMillis = setup.wallMillis().getAsLong();
        pings.active();
        unread.addLast((ByteBuf) message);
        decodeUnread();
        if (loop.takeSlowReceiver()) {
            stall();
        }
    }

    /** Stops while credentials are looked at elsewhere; goes on when that is done. */
    private void decodeUnread() {
        decoding = true;
        while (!authenticating && !unread.isEmpty()) {
            ByteBuf in = unread.getFirst();
            ClientOp op = closed == null ? decoder.decode(in) : null;
            if (op != null) {
                handle(op);
            } else {
                unread.removeFirst().release();
            }
        }
        decoding = false;
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        end(CloseReason.CLIENT_CLOSED);
        context.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (!(cause instanceof java.io.IOException)) {
            LOG.error("session failed cid={}", id, cause);
        }
        end(CloseReason.READ_ERROR);
        channel.close();
    }

    /** Says why and closes. */
    private void fail(String text, CloseReason reason) {
        sendError(text);
        close(reason);
    }

    /** Closes without a word, after what was written before. Any thread. */
    void close(CloseReason reason) {
        if (!loop.eventLoop().inEventLoop()) {
            loop.eventLoop().execute(() -> close(reason));
            return;
        }
        if (closed != null) {
            return;
        }
        boolean slow = reason == CloseReason.SLOW_CONSUMER_PENDING || reason == CloseReason.SLOW_CONSUMER_DEADLINE;
        if (slow) {
            LOG.info("slow consumer cid={} reason=\"{}\" pending_bytes={}", id, reason.text(), output.pendingBytes());
        }
        end(reason);
        if (slow) {
            channel.close();
        } else {
            output.flush();
            channel.writeAndFlush(channel.alloc().buffer(0)).addListener(ChannelFutureListener.CLOSE);
            loop.eventLoop()
                    .schedule(
                            () -> channel.close(),
                            setup.limits().times().writeDeadline().toNanos(),
                            TimeUnit.NANOSECONDS);
        }
    }

    private void end(CloseReason reason) {
        if (closed != null) {
            return;
        }
        SessionInfo last = describe(reason);
        closed = reason;
        pings.stop();
        authenticating = false;
        dropSubscriptions();
        if (reason == CloseReason.CLIENT_CLOSED || reason == CloseReason.READ_ERROR) {
            output.drop();
        }
        setup.sessions().remove(this, last, reason);
        if (!decoding) {
            decodeUnread();
        }
        if (connected) {
            setup.listener().disconnected(last);
        }
    }

    private void dropSubscriptions() {
        RouteCache present = routes;
        if (present != null) {
            for (Subscription subscription : subscriptions.values()) {
                subscription.end();
                setup.router().unsubscribe(loop.number(), present.account(), subscription);
            }
        }
        subscriptions.clear();
    }

    // --- operations

    private void handle(ClientOp op) {
        if (op instanceof ClientOp.Publish publish) {
            publish(publish);
        } else if (op instanceof ClientOp.Ping) {
            ping();
        } else if (op instanceof ClientOp.Subscribe subscribe) {
            subscribe(subscribe);
        } else if (op instanceof ClientOp.Unsubscribe unsubscribe) {
            unsubscribe(unsubscribe);
        } else if (op instanceof ClientOp.Connect connect) {
            connect(connect);
        } else if (op instanceof ClientOp.Pong) {
            stats.rttNanos = pings.pong();
        } else if (op instanceof ClientOp.Malformed malformed) {
            malformed(malformed.error());
        }
    }

    private void malformed(ProtocolError error) {
        if (!error.text().isEmpty()) {
            sendError(error.text());
        }
        close(CloseReason.of(error.reason()));
    }

    private void connect(ClientOp.Connect connect) {
        Optional<ConnectOptions> read = ConnectJson.read(connect.json(), options);
        if (read.isEmpty()) {
            close(CloseReason.PROTOCOL_VIOLATION);
            return;
        }
        ConnectOptions wanted = read.get();
        options = wanted;
        if (wanted.accountGiven()) {
            admit(wanted, Optional.empty());
        } else if (setup.authenticator().isSlow(wanted)) {
            authenticating = true;
            holdReading();
            CompletableFuture.supplyAsync(() -> setup.authenticator().authenticate(wanted))
                    .exceptionally(failure -> Optional.empty())
                    .thenAcceptAsync(known -> admitLater(wanted, known), loop.eventLoop());
        } else {
            admit(wanted, setup.authenticator().authenticate(wanted));
        }
    }

    private void admitLater(ConnectOptions wanted, Optional<User> known) {
        if (closed == null) {
            authenticating = false;
            admit(wanted, known);
        }
        decodeUnread();
        resumeReading();
    }

    private void admit(ConnectOptions wanted, Optional<User> known) {
        if (known.isEmpty()) {
            setup.listener().authenticationFailed(describe(CloseReason.AUTHENTICATION_FAILURE));
            fail("Authorization Violation", CloseReason.AUTHENTICATION_FAILURE);
            return;
        }
        dropSubscriptions();
        actAs(known.get());
        pings.start();
        if (wanted.protocol() < 0 || wanted.protocol() > MAX_PROTOCOL) {
            fail("invalid client protocol", CloseReason.BAD_PROTOCOL_VERSION);
            return;
        }
        if (wanted.delivery().noResponders() && !wanted.delivery().headers()) {
            fail("no responders requires headers support", CloseReason.NO_RESPONDERS_REQUIRES_HEADERS);
            return;
        }
        decoder.headersAllowed(wanted.delivery().headers());
        boolean first = !connected;
        connected = true;
        sendOk();
        if (first) {
            setup.listener().connected(describe());
        }
    }

    private void actAs(User known) {
        user = known;
        routes = loop.cacheFor(known.account());
        replies = Replies.of(known.responses(), setup.nanoTime());
        decoder.credentialsNeeded(false);
    }

    /** A client that has the answer has all that was published before another client's ping was answered. */
    private void ping() {
        loop.openMail();
        if (closed != null) {
            return;
        }
        NatsEncoder.pong(output.open());
        checkPending();
        if (connected && !toldConnectInfo && options.protocol() >= 1) {
            toldConnectInfo = true;
            sendInfo(true);
        }
    }

    private void publish(ClientOp.Publish publish) {
        stats.in(publish.headers().size() + publish.payload().size());
        String subject = publish.subject();
        String reply = publish.reply();
        User me = Objects.requireNonNull(user);
        if (isReservedSubject(subject) || !me.publish().permitsPublish(subject) && !replies.permit(subject)) {
            sendError("Permissions Violation for Publish to " + quoted(subject));
            return;
        }
        if (!reply.isEmpty() && isReservedReply(reply)) {
            sendError("Permissions Violation for Publish with Reply of " + quoted(reply));
            return;
        }
        if (options.delivery().pedantic() && !Subject.isLiteral(subject)) {
            sendError("Invalid Publish Subject");
        }
        sendOk();
        route(publish, Objects.requireNonNull(routes));
    }

    private void route(ClientOp.Publish publish, RouteCache cache) {
        String subject = publish.subject();
        Match match = setup.router().match(cache, subject);
        Message message = new Message(subject, publish.reply(), publish.headers(), publish.payload());
        boolean taken = setup.router().deliver(loop.number(), cache, match, subject, message, this);
        List<StreamTarget> streams = match.streams();
        if (!streams.isEmpty()) {
            taken = true;
            if (!loop.append(streams, cache, message, this::resumeReading)) {
                holdReading();
            }
        }
        InternalService service = match.service();
        if (service != null) {
            loop.serviceOffered();
            taken |= service.offer(new InternalService.Request(
                    subject, publish.reply(), publish.headers(), publish.payload(), requester(cache)));
        }
        if (!taken && !publish.reply().isEmpty()) {
            noResponders(publish, cache);
        }
    }

    private InternalService.Requester requester(RouteCache cache) {
        return new InternalService.Requester(
                cache.account(), Objects.requireNonNull(user).name(), id, loop.number());
    }

    private void noResponders(ClientOp.Publish publish, RouteCache cache) {
        if (!options.delivery().noResponders()) {
            return;
        }
        Subscription own = setup.router().ownSubscription(cache, publish.reply(), this);
        if (own != null) {
            Bytes status = NatsHeaders.status(503, "", "Nats-Subject: " + publish.subject());
            NatsEncoder.message(output.open(), publish.reply(), own.sid(), "", status, Bytes.EMPTY);
            checkPending();
        }
    }

    private void subscribe(ClientOp.Subscribe wanted) {
        User me = Objects.requireNonNull(user);
        String subject = wanted.subject();
        String queue = wanted.queue();
        if (queue.equals("_sys_") || !me.subscribe().permitsSubscription(subject, queue)) {
            sendError("Permissions Violation for Subscription to " + quoted(subject)
                    + (queue.isEmpty() ? "" : " using queue " + quoted(queue)));
            return;
        }
        int maxTokens = setup.limits().maxSubjectTokens();
        if (maxTokens > 0 && subject.chars().filter(c -> c == '.').count() >= maxTokens) {
            sendError("Permissions Violation for Subscription to " + quoted(subject) + ", too many tokens");
            return;
        }
        int max = setup.limits().maxSubscriptions();
        if (max > 0 && subscriptions.size() >= max) {
            sendError("maximum subscriptions exceeded");
            return;
        }
        if (!subscriptions.containsKey(wanted.sid())) {
            if (!Subject.isValid(subject)) {
                sendError("Invalid Subject");
                return;
            }
            boolean filtered = me.subscribe().mustFilter(subject, queue);
            Subscription subscription = new Subscription(this, subject, queue, wanted.sid(), filtered);
            subscriptions.put(wanted.sid(), subscription);
            setup.router()
                    .subscribe(loop.number(), Objects.requireNonNull(routes).account(), subscription);
        }
        sendOk();
    }

    private void unsubscribe(ClientOp.Unsubscribe wanted) {
        Subscription subscription = subscriptions.get(wanted.sid());
        if (subscription != null) {
            subscription.max(wanted.max());
            if (wanted.max() == 0 || subscription.isExhausted()) {
                remove(subscription);
            }
        }
        sendOk();
    }

    private void remove(Subscription subscription) {
        subscription.end();
        subscriptions.remove(subscription.sid().utf8());
        setup.router().unsubscribe(loop.number(), Objects.requireNonNull(routes).account(), subscription);
    }

    // --- receiving

    @Override
    public boolean maySee(Subscription subscription, String subject) {
        User me = user;
        return !subscription.isFiltered()
                || me != null && me.subscribe().permitsDelivery(subject, subscription.queue());
    }

    @Override
    public boolean wantsEcho() {
        return options.delivery().echo();
    }

    @Override
    public void deliver(Subscription subscription, Message message) {
        if (closed != null) {
            return;
        }
        if (output.isNearlyFull()) {
            GatewayLoop.noteSlowReceiver();
        }
        if (loop.eventLoop().inEventLoop()) {
            write(subscription, message);
        } else if (output.reserve(message.size())) {
            loop.post(this, subscription, message);
        } else {
            output.release(message.size());
            close(CloseReason.SLOW_CONSUMER_PENDING);
        }
    }

    void deliverPosted(Subscription subscription, Message message) {
        output.release(message.size());
        if (closed == null) {
            write(subscription, message);
        }
    }

    private void write(Subscription subscription, Message message) {
        if (!subscription.count()) {
            return;
        }
        Bytes headers = options.delivery().headers() ? message.headers() : Bytes.EMPTY;
        NatsEncoder.message(
                output.open(), message.subject(), subscription.sid(), message.reply(), headers, message.payload());
        stats.out(headers.size() + message.payload().size());
        replies.delivered(message.reply());
        if (subscription.isExhausted()) {
            remove(subscription);
        }
        checkPending();
    }

    /** Stops reading for a moment, so that a receiver can catch up. */
    private void stall() {
        if (!stalled && closed == null) {
            stalled = true;
            stats.stalls++;
            holdReading();
            loop.eventLoop().schedule(this::endStall, STALL_NANOS, TimeUnit.NANOSECONDS);
        }
    }

    private void endStall() {
        stalled = false;
        resumeReading();
    }

    /** Stops reading until as many calls of {@link #resumeReading}. */
    private void holdReading() {
        readHolds++;
        channel.config().setAutoRead(false);
    }

    private void resumeReading() {
        readHolds--;
        if (readHolds == 0) {
            channel.config().setAutoRead(true);
        }
    }

    // --- what the server says

    /** Tells the client what INFO says now, if it can hear it. Any thread. */
    void announceInfo() {
        loop.eventLoop().execute(() -> {
            if (closed == null && connected && options.protocol() >= 1) {
                sendInfo(false);
            }
        });
    }

    private void sendInfo(boolean connectInfo) {
        User me = user;
        String account = me == null ? "" : me.account();
        ServerInfo info = setup.sessions()
                .info()
                .forClient(new ServerInfo.Client(
                        id,
                        address(),
                        connectInfo,
                        account,
                        setup.authenticator().isSystemAccount(account)));
        NatsEncoder.info(output.open(), InfoJson.write(info));
        checkPending();
    }

    private void sendPing() {
        NatsEncoder.ping(output.open());
        checkPending();
    }

    private void sendOk() {
        if (options.delivery().verbose()) {
            NatsEncoder.ok(output.open());
            checkPending();
        }
    }

    private void sendError(String text) {
        LOG.debug("client error cid={} text=\"{}\"", id, text);
        NatsEncoder.error(output.open(), text);
        output.wrote();
    }

    private void checkPending() {
        if (!output.wrote()) {
            close(CloseReason.SLOW_CONSUMER_PENDING);
        }
    }

    private static boolean isReservedSubject(String subject) {
        return subject.startsWith("$NRG.") || subject.startsWith("_GR_.");
    }

    private static boolean isReservedReply(String reply) {
        return reply.startsWith("$JS.ACK.") || reply.startsWith("_R_.") || reply.startsWith("_GR_.");
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    // --- monitoring

    /** As it is now, from any thread: what changes meanwhile may be a little old. */
    SessionInfo describe() {
        return describe(null);
    }

    private SessionInfo describe(@Nullable CloseReason reason) {
        User me = user;
        return new SessionInfo(
                id,
                address(),
                channel.remoteAddress() instanceof InetSocketAddress inet ? inet.getPort() : 0,
                startedAtMillis,
                stats.lastActivityMillis,
                reason == null ? 0 : setup.wallMillis().getAsLong(),
                reason == null ? "" : reason.text(),
                stats.rttNanos,
                output.pendingBytes(),
                new SessionInfo.Traffic(
                        stats.messagesIn, stats.bytesIn, stats.messagesOut, stats.bytesOut, stats.stalls),
                options.software(),
                me == null ? "" : me.name(),
                me == null ? "" : me.account(),
                describeSubscriptions());
    }

    private List<SubscriptionInfo> describeSubscriptions() {
        List<SubscriptionInfo> all = new ArrayList<>();
        User me = user;
        if (me != null) {
            setup.router().subscriptions(me.account(), subscription -> {
                if (subscription.receiver() == this) {
                    all.add(new SubscriptionInfo(
                            subscription.subject(),
                            subscription.queue(),
                            subscription.sid().utf8(),
                            subscription.delivered(),
                            subscription.max()));
                }
            });
        }
        return all;
    }

    private String address() {
        SocketAddress remote = channel.remoteAddress();
        return remote instanceof InetSocketAddress inet && inet.getAddress() != null
                ? inet.getAddress().getHostAddress()
                : "";
    }
}
