package io.tidemark.raft.ratis;

import io.tidemark.raft.GroupId;
import io.tidemark.raft.Peer;
import io.tidemark.raft.PeerId;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A new group need not wait for the first of its members' election time-outs: one of them, the same for all, stands as soon
 * as the others have opened the group, or enough of them have and the rest takes long. One that stands before that loses,
 * which costs a term and a time-out.
 */
final class FirstElection {
    private static final long PAUSE_MILLIS = 5;

    /** What a majority waits for the rest. */
    private static final long LAST_ONES_MILLIS = 40;

    /** Where all of them come too early, time-outs decide. */
    private static final int LOOKS = 100;

    private final RatisHost host;
    private final GroupId id;
    private final int others;
    private final AtomicInteger opened = new AtomicInteger();

    private FirstElection(RatisHost host, GroupId id, int others) {
        this.host = host;
        this.id = id;
        this.others = others;
    }

    /** Does nothing where it's another's turn. */
    static void prepare(RatisHost host, GroupId id, List<Peer> members) {
        List<PeerId> voters = members.stream()
                .filter(member -> member.kind() == Peer.Kind.VOTER)
                .map(Peer::id)
                .sorted(Comparator.naturalOrder())
                .toList();
        if (voters.size() > 1
                && voters.get(Math.floorMod(id.hashCode(), voters.size())).equals(host.self())) {
            FirstElection election = new FirstElection(host, id, voters.size() - 1);
            voters.stream()
                    .filter(voter -> !voter.equals(host.self()))
                    .forEach(other -> host.slow().execute(() -> election.look(other, LOOKS)));
        }
    }

    private void look(PeerId other, int looks) {
        if (looks == 0 || !host.lacksLeader(id)) {
            return;
        }
        if (host.hasOpened(id, other)) {
            opened();
        } else {
            later(PAUSE_MILLIS, () -> look(other, looks - 1));
        }
    }

    /** A leader that begins before the last one has opened is refused there, and tries that again only after a while. */
    private void opened() {
        int now = opened.incrementAndGet();
        if (now == others) {
            host.standForWantOfALeader(id);
        } else if (now == (others + 1) / 2) {
            later(LAST_ONES_MILLIS, () -> host.standForWantOfALeader(id));
        }
    }

    private void later(long millis, Runnable task) {
        CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS, host.slow())
                .execute(task);
    }
}
