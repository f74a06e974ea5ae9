package io.tidemark.stream;

import io.tidemark.raft.Group;
import io.tidemark.raft.GroupId;
import io.tidemark.raft.GroupSpec;
import io.tidemark.raft.Peer;
import io.tidemark.raft.PeerId;
import io.tidemark.raft.UnavailableException;
import io.tidemark.raft.UnavailableException.Reason;
import io.tidemark.storage.View;
import io.tidemark.stream.command.StreamEffect;
import io.tidemark.stream.command.StreamEntry;
import io.tidemark.stream.command.StreamReply;
import io.tidemark.stream.command.StreamRequest;
import io.tidemark.stream.command.StreamRequest.DescribeConsumers;
import io.tidemark.stream.command.StreamRequest.DescribeStream;
import io.tidemark.stream.command.StreamRequest.ReadMessages;
import io.tidemark.stream.command.StreamResponse;
import io.tidemark.stream.leader.StreamLeader;
import io.tidemark.stream.leader.WantedStream;
import io.tidemark.stream.model.JetStreamApiError;
import io.tidemark.stream.model.StreamConfig;
import io.tidemark.stream.model.SubjectFilter;
import io.tidemark.stream.state.ConsumerReader;
import io.tidemark.stream.state.StreamReader;
import io.tidemark.stream.state.StreamStateMachine;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The stream groups of this node: runs their leaders' services and answers requests to the streams that this node leads.
 * Any thread.
 */
public final class StreamGroups implements LocalStreams {
    private static final int MAX_SUBJECTS = 100_000;

    private final GroupRuntime runtime;
    private final Map<GroupId, HostedGroup> groups = new ConcurrentHashMap<>();
    private final Map<Integer, HostedGroup> byStream = new ConcurrentHashMap<>();
    private final List<LeaderWatcher> leaderWatchers = new CopyOnWriteArrayList<>();

    public StreamGroups(GroupRuntime runtime) {
        this.runtime = runtime;
    }

    /**
     * How to run a group that carries these streams; start it, then {@link #attach} it.
     *
     * @param founders empty for a member that joins a running group
     */
    public GroupSpec<StreamEntry, StreamReply, StreamEffect> spec(
            GroupId id, String name, List<Peer> founders, Set<Integer> streams) {
        HostedGroup hosted = new HostedGroup(name, streams, runtime, this::leads);
        groups.put(id, hosted);
        streams.forEach(stream -> byStream.put(stream, hosted));
        return new GroupSpec<>(id, name, founders, new StreamStateMachine(), hosted);
    }

    /** The group runs: its leaders' services begin where this node leads. */
    public void attach(Group<StreamEntry, StreamReply> group) {
        HostedGroup hosted = groups.get(group.id());
        if (hosted != null) {
            hosted.attach(group);
        }
    }

    /** The group is being stopped here: nothing of it is served any more. */
    public void detach(GroupId id) {
        HostedGroup hosted = remove(id);
        if (hosted != null) {
            hosted.detach();
        }
    }

    /** The group's streams were deleted: what waits at their consumers hears that they are gone. */
    public void deleted(GroupId id) {
        HostedGroup hosted = remove(id);
        if (hosted != null) {
            hosted.deleted();
        }
    }

    private @Nullable HostedGroup remove(GroupId id) {
        HostedGroup hosted = groups.remove(id);
        if (hosted != null) {
            hosted.streams().forEach(stream -> byStream.remove(stream, hosted));
        }
        return hosted;
    }

    /** What the meta group wants of a stream; ignored where the stream isn't here. */
    public void wanted(int stream, WantedStream wanted) {
        HostedGroup hosted = byStream.get(stream);
        if (hosted != null) {
            hosted.wanted(stream, wanted);
        }
    }

    /**
     * Completes once the log of the stream, which this node leads, holds what the meta group wanted at that revision; fails
     * where this node doesn't lead it (any more).
     */
    public CompletableFuture<?> whenApplied(int stream, long revision) {
        HostedGroup hosted = byStream.get(stream);
        Group<StreamEntry, StreamReply> group = hosted == null ? null : hosted.group();
        return hosted == null || group == null
                ? CompletableFuture.failedFuture(
                        new UnavailableException(Reason.NOT_HOSTED, "stream " + stream + " isn't here"))
                : applied(hosted, group, stream, revision);
    }

    @Override
    public void watchLeaders(LeaderWatcher watcher) {
        leaderWatchers.add(watcher);
    }

    private void leads(int stream, @Nullable PeerId leader) {
        leaderWatchers.forEach(watcher -> watcher.leads(stream, leader));
    }

    @Override
    public boolean hosts(int stream) {
        return byStream.containsKey(stream);
    }

    @Override
    public CompletableFuture<StreamResponse> handle(StreamRequest request) {
        HostedGroup hosted = byStream.get(request.stream());
        Group<StreamEntry, StreamReply> group = hosted == null ? null : hosted.group();
        if (hosted == null || group == null) {
            return CompletableFuture.completedFuture(
                    new StreamResponse.NotNow(Reason.NOT_HOSTED, "stream " + request.stream() + " isn't here", null));
        }
        CompletableFuture<StreamResponse> response = request instanceof StreamRequest.Submit submit
                ? group.propose(new StreamEntry(submit.stream(), submit.frame()))
                        .thenApply(StreamResponse.Replied::new)
                : answer(hosted, group, request);
        return response.exceptionally(StreamGroups::notNow);
    }

    private CompletableFuture<StreamResponse> answer(
            HostedGroup hosted, Group<StreamEntry, StreamReply> group, StreamRequest request) {
        if (request instanceof StreamRequest.Acks acks) {
            return tell(hosted, group, request, leader -> leader.acks(acks.consumer(), acks.acks(), now()));
        }
        if (request instanceof StreamRequest.Pull pull) {
            return tell(
                    hosted, group, request, leader -> leader.pull(pull.consumer(), pull.reply(), pull.spec(), now()));
        }
        if (request instanceof StreamRequest.FlowControl flow) {
            return tell(
                    hosted, group, request, leader -> leader.flowControl(flow.consumer(), flow.replySubject(), now()));
        }
        if (request instanceof DescribeStream describe) {
            return applied(hosted, group, describe.stream(), describe.atLeastRevision())
                    .thenCompose(leader -> group.read())
                    .thenApplyAsync(reading(view -> describe(view, group, describe)), runtime.pool());
        }
        if (request instanceof DescribeConsumers describe) {
            return applied(hosted, group, describe.stream(), describe.atLeastRevision())
                    .thenCompose(leader -> group.read())
                    .thenCompose(view -> describe(view, hosted, group, describe));
        }
        ReadMessages read = (ReadMessages) request;
        return group.read()
                .thenApplyAsync(
                        reading(view ->
                                new MessageReads(new StreamReader(view, read.stream()), read.selector()).read()),
                        runtime.pool());
    }

    /** Gives the request to the stream's leader. */
    private static CompletableFuture<StreamResponse> tell(
            HostedGroup hosted,
            Group<StreamEntry, StreamReply> group,
            StreamRequest request,
            Predicate<StreamLeader> taking) {
        CompletableFuture<StreamResponse> response = new CompletableFuture<>();
        hosted.withLeader(request.stream(), leader -> {
            if (leader == null) {
                response.complete(notLeader(group));
            } else if (taking.test(leader)) {
                response.complete(new StreamResponse.Accepted());
            } else {
                response.complete(new StreamResponse.Refused(JetStreamApiError.CONSUMER_NOT_FOUND.rejected()));
            }
        });
        return response;
    }

    /** Completes once the stream's log holds what the meta group wanted at that revision. */
    private static CompletableFuture<StreamLeader> applied(
            HostedGroup hosted, Group<StreamEntry, StreamReply> group, int stream, long revision) {
        CompletableFuture<StreamLeader> reached = new CompletableFuture<>();
        hosted.withLeader(stream, leader -> {
            if (leader == null) {
                reached.completeExceptionally(refusal(group));
                return;
            }
            leader.recordHeld(
                    hosted.nowNanos(),
                    () -> leader.whenApplied(revision, () -> {
                        if (leader.isStopped()) {
                            reached.completeExceptionally(refusal(group));
                        } else {
                            reached.complete(leader);
                        }
                    }));
        });
        return reached;
    }

    private static <T> Function<View, StreamResponse> reading(Function<View, T> read) {
        return view -> {
            try (view) {
                return (StreamResponse) read.apply(view);
            }
        };
    }

    private static StreamResponse describe(View view, Group<StreamEntry, StreamReply> group, DescribeStream request) {
        StreamReader reader = new StreamReader(view, request.stream());
        StreamConfig config = reader.config();
        if (config == null) {
            throw new UnavailableException(Reason.NOT_HOSTED, "stream " + request.stream() + " isn't configured yet");
        }
        SortedMap<String, Long> subjects = request.subjectsFilter() == null
                ? new TreeMap<>()
                : reader.subjectCounts(SubjectFilter.of(request.subjectsFilter()));
        Map<String, Long> page = new LinkedHashMap<>();
        subjects.entrySet().stream()
                .skip(request.subjectsOffset())
                .limit(MAX_SUBJECTS)
                .forEach(entry -> page.put(entry.getKey(), entry.getValue()));
        return new StreamResponse.StreamStatus(
                config,
                reader.createdAtNanos(),
                reader.state(),
                new ConsumerReader(view, request.stream()).count(),
                request.deletedDetails() ? reader.deleted() : List.of(),
                page,
                subjects.size(),
                group.status());
    }

    private static CompletableFuture<StreamResponse> describe(
            View view, HostedGroup hosted, Group<StreamEntry, StreamReply> group, DescribeConsumers request) {
        CompletableFuture<StreamResponse> response = new CompletableFuture<>();
        hosted.withLeader(request.stream(), leader -> {
            try (view) {
                response.complete(
                        leader == null
                                ? notLeader(group)
                                : new StreamResponse.ConsumerStatuses(
                                        leader.describe(view, request.names()), group.status()));
            } catch (RuntimeException e) {
                response.completeExceptionally(e);
            }
        });
        return response;
    }

    private static StreamResponse notLeader(Group<StreamEntry, StreamReply> group) {
        return new StreamResponse.NotNow(Reason.NOT_LEADER, "not the leader", leaderOf(group));
    }

    private static UnavailableException refusal(Group<StreamEntry, StreamReply> group) {
        return new UnavailableException(Reason.NOT_LEADER, "not the leader", leaderOf(group));
    }

    private static @Nullable PeerId leaderOf(Group<StreamEntry, StreamReply> group) {
        return group.leadership().isLeader() ? null : group.leadership().leader();
    }

    private static StreamResponse notNow(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof UnavailableException unavailable) {
            return new StreamResponse.NotNow(
                    unavailable.reason(), String.valueOf(unavailable.getMessage()), unavailable.leader());
        }
        throw new CompletionException(cause);
    }

    private long now() {
        return runtime.nowNanos().getAsLong();
    }
}
