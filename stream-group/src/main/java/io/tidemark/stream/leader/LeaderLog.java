package io.tidemark.stream.leader;

import io.tidemark.storage.View;
import io.tidemark.stream.command.StreamCommand;
import io.tidemark.stream.command.StreamReply;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The stream's log as its leader's services see it. */
public interface LeaderLog {
    /**
     * Proposes; commands are applied in the order of the calls. {@code then} gets the reply or the failure, on the
     * executor that owns the caller, after the effects of the entry; never within this call.
     */
    void propose(StreamCommand command, BiConsumer<@Nullable StreamReply, @Nullable Throwable> then);

    /** What is applied here. The caller closes it. */
    View localView();
}
