package io.tidemark.gateway.session;

import io.tidemark.gateway.wire.ServerInfo;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** All connections, and what they add up to. Any thread. */
public final class Sessions {
    private static final int MAX_CLOSED = 1000;

    private final Map<Long, ClientSession> open = new ConcurrentHashMap<>();
    private final Deque<SessionInfo> closed = new ArrayDeque<>();
    private final AtomicLong lastId = new AtomicLong();
    private final LongAdder closedMessagesIn = new LongAdder();
    private final LongAdder closedBytesIn = new LongAdder();
    private final LongAdder closedMessagesOut = new LongAdder();
    private final LongAdder closedBytesOut = new LongAdder();
    private final LongAdder slowConsumers = new LongAdder();
    private final LongAdder staleConnections = new LongAdder();
    private volatile ServerInfo info;

    /** {@code info} is what INFO says to everybody. */
    public Sessions(ServerInfo info) {
        this.info = info;
    }

    /** What INFO says. */
    public ServerInfo info() {
        return info;
    }

    /** From here on INFO says this. */
    public void info(ServerInfo changed) {
        info = changed;
    }

    /** Tells the clients that can hear it what INFO says now. */
    public void announceInfo() {
        open.values().forEach(ClientSession::announceInfo);
    }

    long nextId() {
        return lastId.incrementAndGet();
    }

    void add(ClientSession session) {
        open.put(session.id(), session);
    }

    void remove(ClientSession session, SessionInfo last, CloseReason reason) {
        if (open.remove(session.id()) == null) {
            return;
        }
        closedMessagesIn.add(last.traffic().messagesIn());
        closedBytesIn.add(last.traffic().bytesIn());
        closedMessagesOut.add(last.traffic().messagesOut());
        closedBytesOut.add(last.traffic().bytesOut());
        switch (reason) {
            case SLOW_CONSUMER_PENDING, SLOW_CONSUMER_DEADLINE -> slowConsumers.increment();
            case STALE -> staleConnections.increment();
            default -> {}
        }
        synchronized (closed) {
            closed.addLast(last);
            if (closed.size() > MAX_CLOSED) {
                closed.removeFirst();
            }
        }
    }

    public int count() {
        return open.size();
    }

    /** How many there ever were. */
    public long totalCount() {
        return lastId.get();
    }

    public long slowConsumers() {
        return slowConsumers.sum();
    }

    public long staleConnections() {
        return staleConnections.sum();
    }

    /** What went through all connections, closed ones included. */
    public SessionInfo.Traffic traffic() {
        long messagesIn = closedMessagesIn.sum();
        long bytesIn = closedBytesIn.sum();
        long messagesOut = closedMessagesOut.sum();
        long bytesOut = closedBytesOut.sum();
        for (ClientSession session : open.values()) {
            SessionStats stats = session.stats();
            messagesIn += stats.messagesIn;
            bytesIn += stats.bytesIn;
            messagesOut += stats.messagesOut;
            bytesOut += stats.bytesOut;
        }
        return new SessionInfo.Traffic(messagesIn, bytesIn, messagesOut, bytesOut, 0);
    }

    /** The open ones, in no order. */
    public List<SessionInfo> open() {
        List<SessionInfo> all = new ArrayList<>();
        open.values().forEach(session -> all.add(session.describe()));
        return all;
    }

    /** The open one of that number. */
    public Optional<SessionInfo> find(long id) {
        return Optional.ofNullable(open.get(id)).map(ClientSession::describe);
    }

    /** The newest closed ones, oldest first. */
    public List<SessionInfo> closed() {
        synchronized (closed) {
            return List.copyOf(closed);
        }
    }

    /** Closes one without a word; false where it isn't there. */
    public boolean kick(long id) {
        ClientSession session = open.get(id);
        if (session == null) {
            return false;
        }
        session.close(CloseReason.KICKED);
        return true;
    }

    Collection<ClientSession> all() {
        return open.values();
    }
}
