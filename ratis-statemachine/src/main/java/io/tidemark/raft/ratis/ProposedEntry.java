package io.tidemark.raft.ratis;

import io.tidemark.raft.Command;
import io.tidemark.raft.UnavailableException;
import io.tidemark.raft.ratis.proto.EntryHeader;
import io.tidemark.storage.Bytes;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;

/**
 * An entry on the leader that proposed it. Ratis takes its bytes for the log and hands this very object back when it is
 * committed, so the commands needn't be decoded there.
 */
final class ProposedEntry<C extends Command, R> implements Message {
    /** A command on its way into an entry. */
    record Proposal<C extends Command, R>(C command, Bytes bytes, CompletableFuture<R> reply) {}

    private final EntryHeader header;
    private final List<Proposal<C, R>> proposals;
    private final long commandBytes;
    private final ByteString content;
    private volatile boolean appended;

    ProposedEntry(EntryHeader header, List<Proposal<C, R>> proposals) {
        this.header = header;
        this.proposals = List.copyOf(proposals);
        List<Bytes> commands = this.proposals.stream().map(Proposal::bytes).toList();
        commandBytes = commands.stream().mapToLong(Bytes::size).sum();
        content = UnsafeByteOperations.unsafeWrap(EntryCodec.encode(header, commands));
    }

    @Override
    public ByteString getContent() {
        return content;
    }

    EntryHeader header() {
        return header;
    }

    List<Proposal<C, R>> proposals() {
        return proposals;
    }

    long commandBytes() {
        return commandBytes;
    }

    /** From here on the entry may be committed, whatever Ratis answers. */
    void appending() {
        appended = true;
    }

    boolean mayBeCommitted() {
        return appended;
    }

    /** Nothing happens to what was answered before. */
    void fail(UnavailableException failure) {
        proposals.forEach(proposal -> proposal.reply().completeExceptionally(failure));
    }
}
