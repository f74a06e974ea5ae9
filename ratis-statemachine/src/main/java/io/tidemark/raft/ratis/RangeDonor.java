package io.tidemark.raft.ratis;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.tidemark.raft.GroupId;
import io.tidemark.raft.RangeTransfer;
import io.tidemark.raft.ratis.proto.RangeReply;
import io.tidemark.raft.ratis.proto.RangeRequest;
import io.tidemark.raft.ratis.proto.RangeRow;
import io.tidemark.raft.ratis.proto.RangeRows;
import io.tidemark.storage.Bytes;
import io.tidemark.storage.Cursor;
import io.tidemark.storage.Table;
import io.tidemark.storage.View;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * Gives groups' contents away, part by part, from a view that is kept between the parts; one that nobody asks for any
 * more is closed after a while.
 */
final class RangeDonor implements RangeTransfer.Donor, AutoCloseable {
    private static final int PART_BYTES = 1 << 20;
    private static final int OPEN_MAX = 8;
    private static final long KEPT_NANOS = TimeUnit.SECONDS.toNanos(60);

    /** One transfer's view. */
    private static final class Kept {
        private final View view;
        private long usedAtNanos = System.nanoTime();

        Kept(View view) {
            this.view = view;
        }
    }

    /** Time for the receiver to switch to what it got, and for the leader to go on behind it. */
    private static final long LOG_KEPT_NANOS = TimeUnit.SECONDS.toNanos(30);

    /** A receiver that never gets done must not fill this node's disk. */
    private static final long LOG_KEPT_MAX_NANOS = TimeUnit.MINUTES.toNanos(10);

    /** When a group's content was last asked for, and since when with no longer pause. */
    private record Asked(long sinceNanos, long lastNanos) {
        boolean keepsLog(long nowNanos) {
            return nowNanos - lastNanos < LOG_KEPT_NANOS && nowNanos - sinceNanos < LOG_KEPT_MAX_NANOS;
        }
    }

    private final RatisHost host;
    private final Map<GroupId, Asked> asked = new ConcurrentHashMap<>();
    private final Map<Long, Kept> open = new HashMap<>();

    RangeDonor(RatisHost host) {
        this.host = host;
    }

    @Override
    public CompletableFuture<Bytes> answer(Bytes request) {
        try {
            return CompletableFuture.supplyAsync(() -> Bytes.wrap(reply(request).toByteArray()), host.slow());
        } catch (RejectedExecutionException e) {
            return CompletableFuture.failedFuture(GroupStateMachine.stopped());
        }
    }

    private synchronized RangeReply reply(Bytes bytes) {
        RangeRequest request;
        try {
            request = RangeRequest.parseFrom(RangeFetch.wrap(bytes));
        } catch (InvalidProtocolBufferException e) {
            return refused("not a request: " + e.getMessage());
        }
        Kept kept = open.get(request.getTransfer());
        if (kept == null) {
            RatisGroup<?, ?, ?> group = host.running(GroupId.parse(request.getGroup()));
            if (group == null) {
                return refused("not hosted");
            }
            if (open.size() >= OPEN_MAX) {
                return refused("too many transfers");
            }
            if (request.getTable() != 0 || !request.getAfter().isEmpty()) {
                return refused("the view was closed");
            }
            kept = new Kept(group.localView());
            boolean isTaken = false;
            try {
                if (Applied.read(kept.view).index() < request.getMinIndex()) {
                    return refused("doesn't hold entries up to " + request.getMinIndex());
                }
                open.put(request.getTransfer(), kept);
                isTaken = true;
            } finally {
                if (!isTaken) {
                    kept.view.close();
                }
            }
        }
        kept.usedAtNanos = System.nanoTime();
        noteAsked(GroupId.parse(request.getGroup()), kept.usedAtNanos);
        return part(request, kept);
    }

    private void noteAsked(GroupId group, long nowNanos) {
        asked.values().removeIf(asking -> nowNanos - asking.lastNanos() >= LOG_KEPT_NANOS);
        asked.merge(group, new Asked(nowNanos, nowNanos), (before, now) -> new Asked(before.sinceNanos(), nowNanos));
    }

    /**
     * Whether this node's log of the group must not be purged yet: a member is being filled and goes on from there. Without
     * it, a group under load is past the log's first entry each time that the member is done.
     */
    boolean keepsLog(GroupId group) {
        Asked last = asked.get(group);
        return last != null && last.keepsLog(System.nanoTime());
    }

    private RangeReply part(RangeRequest request, Kept kept) {
        RangeRows.Builder rows = RangeRows.newBuilder();
        long size = 0;
        ByteString after = request.getAfter();
        List<Table> tables = host.tables();
        for (int table = request.getTable(); table < tables.size() && size < PART_BYTES; table++) {
            // The smallest key behind another is that key with a zero appended.
            Bytes from = after.isEmpty()
                    ? Bytes.EMPTY
                    : Bytes.wrap(after.concat(ByteString.copyFrom(new byte[1])).toByteArray());
            try (Cursor cursor = kept.view.scan(tables.get(table), from, null)) {
                while (size < PART_BYTES && cursor.next()) {
                    rows.addRows(RangeRow.newBuilder()
                            .setTable(table)
                            .setKey(RangeFetch.wrap(cursor.key()))
                            .setValue(RangeFetch.wrap(cursor.value())));
                    size += cursor.key().size() + cursor.value().size();
                }
            }
            after = ByteString.EMPTY;
        }
        boolean last = size < PART_BYTES;
        if (last) {
            open.remove(request.getTransfer());
            kept.view.close();
        }
        ByteString encoded = rows.build().toByteString();
        return RangeReply.newBuilder()
                .setRows(encoded)
                .setChecksum(RangeFetch.checksum(encoded))
                .setLast(last)
                .build();
    }

    private static RangeReply refused(String reason) {
        return RangeReply.newBuilder().setRefused(reason).build();
    }

    synchronized void closeForgotten() {
        for (Iterator<Kept> kept = open.values().iterator(); kept.hasNext(); ) {
            Kept next = kept.next();
            if (System.nanoTime() - next.usedAtNanos > KEPT_NANOS) {
                next.view.close();
                kept.remove();
            }
        }
    }

    @Override
    public synchronized void close() {
        open.values().forEach(kept -> kept.view.close());
        open.clear();
    }
}
