package io.tidemark.raft;

/**
 * Where in the log a command stands, and what its leader stamped on the entry.
 *
 * @param term the term the entry was appended in
 * @param proposedInTerm the term its proposer led in; another than {@code term} where leadership was lost and won again
 *     while the entry waited
 * @param timeNanos the log's time, since the epoch; never runs backwards within a group
 */
public record Position(long index, long term, long proposedInTerm, long timeNanos) {}
