package io.tidemark.raft.ratis.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.tidemark.raft.GroupId;
import io.tidemark.raft.PeerId;
import io.tidemark.raft.ratis.proto.TermAnswer;
import io.tidemark.raft.ratis.proto.TermQuestion;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Predicate;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto.AppendResult;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionRequestProto;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.RaftServer.Division;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.com.google.protobuf.MessageLite;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers what another node asks over one connection: only what is meant for this very peer and a group that is open. Ratis
 * (3.3.0) would answer whatever reaches its address, so that a node which lost its disk would vote, and acknowledge entries,
 * for the peer that it was; and it would take a leader's word to install a snapshot before the division has a log, fail, and
 * answer ever after that the installation is in progress.
 */
final class Inbound extends FrameReader {
    private static final Logger LOG = LoggerFactory.getLogger(Inbound.class);

    /** Ratis takes that much and more of a group without waiting for its disk. */
    private static final long UNANSWERED_BYTES_MAX = 8 << 20;

    private static final int UNANSWERED_ENTRIES_MAX = 512;
    private static final String NOT_OPEN = "the group isn't open here";

    /**
     * Whom a node serves.
     *
     * @param isOpen whether requests reach a group's member here
     * @param aside for what may block
     */
    record Desk(PeerId self, ByteString selfBytes, RaftServer server, Predicate<GroupId> isOpen, Executor aside) {}

    /** A group's entries that aren't in the log yet. */
    private static final class Appends {
        final Lane lane;
        long bytes;
        int entries;
        int requests;

        Appends(Executor aside) {
            lane = new Lane(aside);
        }

        boolean mayBlock() {
            return bytes > UNANSWERED_BYTES_MAX || entries > UNANSWERED_ENTRIES_MAX;
        }
    }

    private final Outlet outlet;
    private final Desk desk;
    private final Map<ByteString, Appends> appending = new HashMap<>();

    Inbound(Channel channel, Desk desk) {
        super(true);
        this.outlet = new Outlet(channel);
        this.desk = desk;
    }

    @Override
    void frame(FrameKind kind, long number, byte[] payload) throws IOException {
        switch (kind) {
            case APPEND -> append(number, Frames.parse(AppendEntriesRequestProto.parser(), payload), payload.length);
            case VOTE -> {
                RequestVoteRequestProto vote = Frames.parse(RequestVoteRequestProto.parser(), payload);
                aside(number, vote.getServerRequest(), () -> desk.server().requestVote(vote));
            }
            case INSTALL -> {
                InstallSnapshotRequestProto install = Frames.parse(InstallSnapshotRequestProto.parser(), payload);
                aside(number, install.getServerRequest(), () -> desk.server().installSnapshot(install));
            }
            case STAND -> {
                StartLeaderElectionRequestProto stand = Frames.parse(StartLeaderElectionRequestProto.parser(), payload);
                aside(number, stand.getServerRequest(), () -> desk.server().startLeaderElection(stand));
            }
            case TERMS -> terms(number, TermQuestion.parseFrom(payload));
            default -> throw new IOException("a frame of kind " + kind + " isn't a request");
        }
    }

    private void append(long number, AppendEntriesRequestProto request, int bytes) {
        RaftRpcRequestProto envelope = request.getServerRequest();
        String refusal = refusal(envelope);
        if (refusal != null) {
            refuse(number, refusal);
            return;
        }
        Division division = division(envelope);
        if (division == null) {
            refuse(number, NOT_OPEN);
            return;
        }
        if (request.getEntriesCount() == 0 && heartbeat(number, request, division)) {
            return;
        }
        ByteString group = envelope.getRaftGroupId().getId();
        Appends appends = appending.computeIfAbsent(group, id -> new Appends(desk.aside()));
        appends.requests++;
        appends.bytes += bytes;
        appends.entries += request.getEntriesCount();
        appends.lane.run(
                () -> appendNow(request)
                        .whenComplete((reply, thrown) -> later(() -> {
                            appends.bytes -= bytes;
                            appends.entries -= request.getEntriesCount();
                            if (--appends.requests == 0) {
                                appending.remove(group);
                            }
                            answerAppend(number, division, reply, thrown);
                        })),
                appends.mayBlock() || !isKnownLeader(request, division));
    }

    /**
     * A heartbeat may overtake entries that wait for the disk. False where it isn't of the leader that the member follows: it
     * may have to end an election first, for which nothing waits here.
     */
    private boolean heartbeat(long number, AppendEntriesRequestProto request, Division division) {
        CompletableFuture<AppendEntriesReplyProto> replied;
        synchronized (division) { // Ratis' own monitor: what it is doesn't change meanwhile.
            if (!isKnownLeader(request, division)) {
                return false;
            }
            replied = appendNow(request);
        }
        replied.whenComplete((reply, thrown) -> later(() -> answer(number, reply, thrown)));
        return true;
    }

    /**
     * Ratis (3.3.0) takes entries that it holds already for appended, also those that aren't on the disk yet: a leader that
     * sends them twice would count them too early.
     */
    private void answerAppend(
            long number, Division division, @Nullable AppendEntriesReplyProto reply, @Nullable Throwable thrown) {
        if (reply != null
                && reply.getResult() == AppendResult.SUCCESS
                && reply.getMatchIndex() > division.getRaftLog().getFlushIndex()) {
            refuse(number, "entries up to " + reply.getMatchIndex() + " aren't on the disk yet");
        } else {
            answer(number, reply, thrown);
        }
    }

    private @Nullable Division division(RaftRpcRequestProto envelope) {
        try {
            return desk.server()
                    .getDivision(RaftGroupId.valueOf(envelope.getRaftGroupId().getId()));
        } catch (IOException e) {
            return null;
        }
    }

    private CompletableFuture<AppendEntriesReplyProto> appendNow(AppendEntriesRequestProto request) {
        try {
            return desk.server().appendEntriesAsync(request);
        } catch (IOException | RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** If not, the member may have to end an election or a leadership first, and to write down the term. */
    private static boolean isKnownLeader(AppendEntriesRequestProto request, Division division) {
        DivisionInfo info = division.getInfo();
        RaftPeerId leader = info.getLeaderId();
        return !info.isLeader()
                && !info.isCandidate()
                && info.getCurrentTerm() == request.getLeaderTerm()
                && leader != null
                && leader.toByteString().equals(request.getServerRequest().getRequestorId());
    }

    /** A vote raises the term before it is given: who is still in a leader's term has elected no later one. */
    private void terms(long number, TermQuestion question) throws IOException {
        if (!question.getPeer().equals(desk.self().toString())) {
            refuse(number, notAddressed());
            return;
        }
        TermAnswer.Builder answer = TermAnswer.newBuilder();
        for (var group : question.getGroupsList()) {
            answer.addTerms(term(Frames.group(group)));
        }
        write(number, Frames.encode(FrameKind.ANSWER, answer.build().toByteArray()));
    }

    private long term(GroupId group) {
        if (!desk.isOpen().test(group)) {
            return -1;
        }
        try {
            return desk.server()
                    .getDivision(RaftGroupId.valueOf(group.value()))
                    .getInfo()
                    .getCurrentTerm();
        } catch (IOException e) {
            return -1;
        }
    }

    private void aside(long number, RaftRpcRequestProto envelope, Callable<? extends MessageLite> service) {
        String refusal = refusal(envelope);
        if (refusal != null) {
            refuse(number, refusal);
            return;
        }
        try {
            desk.aside().execute(() -> {
                try {
                    MessageLite reply = service.call();
                    later(() -> answer(number, reply, null));
                } catch (Throwable e) {
                    later(() -> answer(number, null, e));
                }
            });
        } catch (RejectedExecutionException e) {
            refuse(number, "the node is closing");
        }
    }

    private @Nullable String refusal(RaftRpcRequestProto envelope) {
        if (!envelope.getReplyId().equals(desk.selfBytes())) {
            return notAddressed();
        }
        GroupId group = new GroupId(
                RaftGroupId.valueOf(envelope.getRaftGroupId().getId()).getUuid());
        return desk.isOpen().test(group) ? null : NOT_OPEN;
    }

    private String notAddressed() {
        return "this is " + desk.self();
    }

    private void later(Runnable task) {
        try {
            outlet.channel().eventLoop().execute(task);
        } catch (RejectedExecutionException e) {
            LOG.debug("closing, an answer isn't sent");
        }
    }

    private void answer(long number, @Nullable MessageLite reply, @Nullable Throwable thrown) {
        if (reply == null) {
            Throwable cause = thrown instanceof CompletionException ? thrown.getCause() : thrown;
            refuse(number, String.valueOf(cause));
        } else {
            write(number, Frames.encode(FrameKind.ANSWER, reply));
        }
    }

    private void refuse(long number, String reason) {
        write(number, Frames.encode(FrameKind.REFUSAL, reason));
    }

    private void write(long number, ByteBuf frame) {
        outlet.write(Frames.number(frame, number));
    }
}
