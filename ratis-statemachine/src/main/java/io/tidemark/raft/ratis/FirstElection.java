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
 * as enough others have opened the group. One that stands before that loses, and costs a term and a time-out.
 */
final class FirstElection {
    private static final long PAUSE_MILLIS = 5;

    /** Where all of them come too early, time-outs decide. */
    private static final int LOOKS = 100;

    private final RatisHost host;
    private final GroupId id;
    private final AtomicInteger missing;

    private FirstElection(RatisHost host, GroupId id, int missing) {
        this.host = host;
        this.id = id;
        this.missing = new AtomicInteger(missing);
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
            FirstElection election = new FirstElection(host, id, voters.size() / 2);
            voters.stream()
                    .filter(voter -> !voter.equals(host.self()))
                    .forEach(other -> host.slow().execute(() -> election.look(other, LOOKS)));
        }
    }

    private void look(PeerId other, int looks) {
        if (looks == 0 || missing.get() <= 0 || !host.lacksLeader(id)) {
            return;
        }
        if (!host.hasOpened(id, other)) {
            CompletableFuture.delayedExecutor(PAUSE_MILLIS, TimeUnit.MILLISECONDS, host.slow())
                    .execute(() -> look(other, looks - 1));
        } else if (missing.decrementAndGet() == 0) {
            host.standForWantOfALeader(id);
        }
    }
}
