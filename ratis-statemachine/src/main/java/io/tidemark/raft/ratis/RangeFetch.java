package io.tidemark.raft.ratis;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import io.tidemark.raft.PeerId;
import io.tidemark.raft.RangeTransfer;
import io.tidemark.raft.UnavailableException;
import io.tidemark.raft.ratis.proto.RangeReply;
import io.tidemark.raft.ratis.proto.RangeRequest;
import io.tidemark.raft.ratis.proto.RangeRow;
import io.tidemark.raft.ratis.proto.RangeRows;
import io.tidemark.storage.Bytes;
import io.tidemark.storage.StagedRange;
import io.tidemark.storage.Table;
import io.tidemark.storage.WriteBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.CRC32C;
import org.apache.ratis.server.protocol.TermIndex;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One attempt to fill a group's range from another member, asked for by a leader whose log no longer reaches back. The
 * old content stays valid until the switch; an attempt that ends before it leaves nothing.
 */
final class RangeFetch {
    private enum State {
        FETCHING,
        SWITCHED,
        CANCELLED
    }

    private static final Logger LOG = LoggerFactory.getLogger(RangeFetch.class);
    private static final long ANSWER_TIMEOUT_SECONDS = 30;
    private static final long RETRY_DELAY_MILLIS = 500;
    private static final long FORGOTTEN_AFTER_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final RatisGroup<?, ?, ?> group;
    private final RatisHost host;
    private final PeerId leader;
    private final long firstInLog;
    private final CompletableFuture<@Nullable TermIndex> result = new CompletableFuture<>();
    private final AtomicReference<State> state = new AtomicReference<>(State.FETCHING);
    private volatile long switchedAtNanos;

    RangeFetch(RatisGroup<?, ?, ?> group, RatisHost host, PeerId leader, long firstInLog) {
        this.group = group;
        this.host = host;
        this.leader = leader;
        this.firstInLog = firstInLog;
    }

    /** What the member then holds; null: not now, the leader asks again. */
    @SuppressWarnings("NullAway") // Ratis' callers know the null.
    CompletableFuture<TermIndex> result() {
        return result.thenApply(position -> position);
    }

    void begin() {
        try {
            host.slow().execute(this::run);
        } catch (RejectedExecutionException e) {
            cancel("closing");
        }
    }

    /** A future of another leader's would never end: Ratis refuses all appends until it does. */
    void leaderIs(@Nullable PeerId current) {
        if (current != null && !current.equals(leader)) {
            cancel("the leader is now " + current);
        }
    }

    void cancel(String reason) {
        if (state.compareAndSet(State.FETCHING, State.CANCELLED)) {
            result.completeExceptionally(new UnavailableException(UnavailableException.Reason.NOT_LEADER, reason));
        }
    }

    boolean isForgotten() {
        return state.get() == State.SWITCHED && System.nanoTime() - switchedAtNanos > FORGOTTEN_AFTER_NANOS;
    }

    private void run() {
        try {
            tryDonors();
        } catch (RuntimeException | Error e) {
            // Ratis refuses all appends until it has heard of the end.
            result.completeExceptionally(e);
            throw e;
        }
    }

    private void tryDonors() {
        RangeTransfer transfer = host.transfer();
        List<PeerId> donors = new ArrayList<>();
        donors.add(leader);
        for (PeerId peer : transfer.reachable()) {
            if (!peer.equals(leader) && !peer.equals(host.self())) {
                donors.add(peer);
            }
        }
        for (PeerId donor : donors) {
            if (state.get() != State.FETCHING) {
                return;
            }
            try (StagedRange range = host.store().stage(group.id().toString())) {
                fill(range, transfer, donor);
                finish(range, donor);
                return;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                cancel("interrupted");
                return;
            } catch (ExecutionException | TimeoutException | InvalidProtocolBufferException | RuntimeException e) {
                LOG.warn("donor failed group={} donor={} cause={}", group.id(), donor, e.toString());
            }
        }
        // The leader asks again at once when it hears that nobody could give: not too often.
        CompletableFuture.delayedExecutor(RETRY_DELAY_MILLIS, TimeUnit.MILLISECONDS)
                .execute(() -> result.complete(null));
    }

    private void fill(StagedRange range, RangeTransfer transfer, PeerId donor)
            throws InterruptedException, ExecutionException, TimeoutException, InvalidProtocolBufferException {
        long id = ThreadLocalRandom.current().nextLong();
        List<Table> tables = host.tables();
        int table = 0;
        ByteString after = ByteString.EMPTY;
        for (boolean last = false; !last && state.get() == State.FETCHING; ) {
            RangeRequest request = RangeRequest.newBuilder()
                    .setGroup(group.id().toString())
                    .setTransfer(id)
                    .setTable(table)
                    .setAfter(after)
                    .setMinIndex(firstInLog - 1)
                    .build();
            Bytes answer = transfer.ask(donor, Bytes.wrap(request.toByteArray()))
                    .get(ANSWER_TIMEOUT_SECONDS, TimeUnit.SECONDS);
            RangeReply reply = RangeReply.parseFrom(wrap(answer));
            if (!reply.getRefused().isEmpty()) {
                throw new UnavailableException(UnavailableException.Reason.NOT_HOSTED, reply.getRefused());
            }
            if (checksum(reply.getRows()) != reply.getChecksum()) {
                throw new IllegalStateException("a part came with another checksum");
            }
            List<RangeRow> rows = RangeRows.parseFrom(reply.getRows()).getRowsList();
            WriteBatch batch = range.batch();
            for (RangeRow row : rows) {
                batch.put(tables.get(row.getTable()), bytes(row.getKey()), bytes(row.getValue()));
                table = row.getTable();
                after = row.getKey();
            }
            range.write(batch);
            last = reply.getLast();
        }
    }

    private void finish(StagedRange range, PeerId donor) {
        Applied fetched = Applied.read(range.batch());
        if (fetched.index() < Math.max(firstInLog - 1, group.machine().applied().index())) {
            throw new UnavailableException(
                    UnavailableException.Reason.NOT_HOSTED, "holds entries up to " + fetched.index() + " only");
        }
        if (state.compareAndSet(State.FETCHING, State.SWITCHED)) {
            switchedAtNanos = System.nanoTime();
            Applied now;
            try {
                now = group.machine().install(range);
            } catch (RuntimeException | Error e) {
                group.failed(e);
                result.completeExceptionally(e);
                throw e;
            }
            LOG.info("installed group={} donor={} index={}", group.id(), donor, now.index());
            result.complete(now.termIndex());
        }
    }

    static int checksum(ByteString bytes) {
        CRC32C checksum = new CRC32C();
        checksum.update(bytes.asReadOnlyByteBuffer());
        return (int) checksum.getValue();
    }

    static ByteString wrap(Bytes bytes) {
        return UnsafeByteOperations.unsafeWrap(bytes.array(), bytes.offset(), bytes.size());
    }

    private static Bytes bytes(ByteString value) {
        return Bytes.wrap(value.toByteArray());
    }
}
