package io.tidemark.raft.ratis;

import io.tidemark.raft.GroupId;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.proto.RaftProtos.CommitInfoProto;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer.Division;

/**
 * Tells followers what is committed before the next entry or heartbeat does: first all of them, then those that had no use
 * for it yet, because the entry itself hadn't arrived there.
 */
final class CommitSpread {
    private static final long PAUSE_MILLIS = 10;

    /** Who is still behind after them learns it by the heartbeat. */
    private static final int ROUNDS = 10;

    private final RatisHost host;
    private final GroupId id;
    private final long commitIndex;

    private CommitSpread(RatisHost host, GroupId id, long commitIndex) {
        this.host = host;
        this.id = id;
        this.commitIndex = commitIndex;
    }

    static void begin(RatisHost host, GroupId id, Division division) {
        host.askForHeartbeat(id, division.getId());
        CommitSpread spread = new CommitSpread(host, id, division.getRaftLog().getLastCommittedIndex());
        spread.next(division, ROUNDS);
    }

    private void next(Division division, int rounds) {
        CompletableFuture.delayedExecutor(PAUSE_MILLIS, TimeUnit.MILLISECONDS, host.quick())
                .execute(() -> round(division, rounds));
    }

    private void round(Division division, int rounds) {
        if (!division.getInfo().isLeader()) {
            return;
        }
        boolean behind = false;
        for (CommitInfoProto known : division.getCommitInfos()) {
            if (known.getCommitIndex() < commitIndex) {
                behind = true;
                host.askForHeartbeat(id, RaftPeerId.valueOf(known.getServer().getId()));
            }
        }
        if (behind && rounds > 1) {
            next(division, rounds - 1);
        }
    }
}
