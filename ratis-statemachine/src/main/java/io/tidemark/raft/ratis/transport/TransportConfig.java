package io.tidemark.raft.ratis.transport;

import io.tidemark.raft.GroupId;
import io.tidemark.raft.PeerId;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import org.apache.ratis.conf.Parameters;

/**
 * What a node's transport needs to know.
 *
 * @param port 0: any free one
 * @param isOpen whether requests reach a group's member here
 * @param aside for what may block; never refuses before the transport is closed
 */
public record TransportConfig(PeerId self, String host, int port, Predicate<GroupId> isOpen, Executor aside) {
    private static final String KEY = "io.tidemark.raft.transport";

    /** What Ratis hands to {@link TransportType}. */
    public Parameters asParameters() {
        Parameters parameters = new Parameters();
        parameters.put(KEY, this, TransportConfig.class);
        return parameters;
    }

    static TransportConfig of(Parameters parameters) {
        return parameters.getNonNull(KEY, TransportConfig.class);
    }
}
