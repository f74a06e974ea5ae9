package io.tidemark.raft;

import java.util.List;

/**
 * A group as this member sees it.
 *
 * @param members followers' lag is known on the leader only
 */
public record GroupStatus(
        Leadership leadership, long leaderSinceNanos, long commitIndex, long appliedIndex, List<Member> members) {
    public GroupStatus {
        members = List.copyOf(members);
    }

    /**
     * One member.
     *
     * @param lag entries behind the leader; 0 where this member doesn't lead
     * @param activeNanos since its last answer; -1 where this member doesn't lead
     */
    public record Member(Peer peer, boolean current, boolean offline, long lag, long activeNanos) {}
}
