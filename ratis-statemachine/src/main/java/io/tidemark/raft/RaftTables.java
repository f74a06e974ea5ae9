package io.tidemark.raft;

import io.tidemark.storage.Table;

/** What the group host keeps in each group's range, beside the state machine's tables. */
public final class RaftTables {
    /** The applied position and the group's number: written in the batch of the entry they belong to. */
    public static final Table GROUP_STATE = new Table("group_state", Table.Values.SMALL);

    private RaftTables() {}
}
