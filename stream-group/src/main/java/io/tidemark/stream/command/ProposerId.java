package io.tidemark.stream.command;

/**
 * Who numbers frames: one event loop of one gateway, for one stream.
 *
 * @param gateway the gateway's incarnation, drawn at start
 * @param loop the event loop's number
 * @param counter which proposer of that loop: another one is opened where the last was abandoned
 */
public record ProposerId(long gateway, int loop, long counter) implements Comparable<ProposerId> {
    @Override
    public int compareTo(ProposerId other) {
        int byGateway = Long.compareUnsigned(gateway, other.gateway);
        int byLoop = byGateway != 0 ? byGateway : Integer.compare(loop, other.loop);
        return byLoop != 0 ? byLoop : Long.compare(counter, other.counter);
    }
}
