package io.tidemark.meta.reconcile;

import io.tidemark.meta.MetaGroup;
import io.tidemark.meta.MetaImage.StreamAssignment;
import io.tidemark.meta.MetaLink;
import io.tidemark.meta.StreamId;
import io.tidemark.meta.command.MetaCommand;
import io.tidemark.meta.command.MetaReply;
import io.tidemark.raft.Command;
import io.tidemark.raft.Group;
import io.tidemark.raft.GroupHost;
import io.tidemark.raft.GroupId;
import io.tidemark.raft.GroupSpec;
import io.tidemark.raft.Peer;
import io.tidemark.raft.PeerId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The loop that brings this node closer to what the image wants: at start, after every change, on a slow tick. It may run at
 * any time and any number of times. Owned by the meta thread; at most one step per group is under way.
 */
public final class Reconciler {
    private static final Logger LOG = LoggerFactory.getLogger(Reconciler.class);
    private static final long TICK_MILLIS = 1_000;

    private final MetaGroup meta;
    private final GroupHost host;
    private final MetaLink link;
    private final StreamHosting streams;
    private final ScheduledExecutorService thread;
    private final Set<GroupId> running = new HashSet<>();
    private final Set<Object> underWay = new HashSet<>();
    private final Map<Object, String> said = new HashMap<>();
    private boolean upToDate;
    private boolean closed;

    public Reconciler(
            MetaGroup meta, GroupHost host, MetaLink link, StreamHosting streams, ScheduledExecutorService thread) {
        this.meta = meta;
        this.host = host;
        this.link = link;
        this.streams = streams;
        this.thread = thread;
    }

    /** Any thread. */
    public void start() {
        meta.watch(image -> run());
        meta.watchLeadership(this::run);
        thread.execute(this::catchUp);
        thread.scheduleWithFixedDelay(this::run, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Any thread: a node came or went. */
    public void wake() {
        thread.execute(this::run);
    }

    /** Starts no further step. What runs goes on: the host closes it. */
    public void stop() {
        thread.execute(() -> closed = true);
    }

    private void catchUp() {
        meta.caughtUp().whenCompleteAsync(this::caughtUp, thread);
    }

    private void caughtUp(@Nullable Long revision, @Nullable Throwable failure) {
        if (closed) {
            return;
        }
        if (failure != null) {
            say("meta group", "no answer from its leader yet: no new stream is started here");
            thread.schedule(this::catchUp, TICK_MILLIS, TimeUnit.MILLISECONDS);
            return;
        }
        upToDate = true;
        run();
    }

    private void run() {
        if (closed) {
            return;
        }
        try {
            situation().map(GroupPlan::steps).ifPresent(steps -> steps.forEach(this::take));
        } catch (RuntimeException e) {
            LOG.error("reconciling failed", e);
        }
    }

    private Optional<Situation> situation() {
        return meta.group().map(group -> {
            Set<GroupId> onDisk = new HashSet<>(host.onDisk());
            onDisk.remove(group.id());
            Set<String> live = new HashSet<>(link.connected());
            live.add(host.self().node());
            boolean leads = group.leadership().isLeader();
            List<Peer> members = leads
                    ? group.status().members().stream()
                            .map(member -> member.peer())
                            .toList()
                    : List.of();
            return new Situation(
                    meta.image(),
                    upToDate,
                    host.self(),
                    Set.copyOf(running),
                    onDisk,
                    host.damaged().keySet(),
                    led(),
                    live,
                    new Situation.MetaMembers(group.id(), leads, members));
        });
    }

    private Map<GroupId, List<Peer>> led() {
        Map<GroupId, List<Peer>> led = new HashMap<>();
        running.forEach(group -> host.committedMembers(group).ifPresent(members -> led.put(group, members)));
        return led;
    }

    private void take(Step step) {
        if (step instanceof Step.Start start) {
            begin(start.stream().group(), () -> start(start));
        } else if (step instanceof Step.Stop stop) {
            begin(stop.group(), () -> stop(stop.group()));
        } else if (step instanceof Step.Destroy destroy) {
            begin(destroy.group(), () -> destroy(destroy));
        } else if (step instanceof Step.Report report) {
            // A start that is under way would leave behind what it makes.
            begin(report.group(), () -> report(report.stream()));
        } else if (step instanceof Step.KeepUnknown unknown) {
            say(unknown.group(), "its data is kept: the meta group knows neither the group nor its deletion");
        } else if (step instanceof Step.ReportDamaged damage) {
            begin(damage.stream().group(), () -> reportDamaged(damage.stream()));
        } else if (step instanceof Step.SayDamaged damage) {
            say(damage.stream().group(), damageOf(damage.stream()) + " and isn't repaired: " + damage.reason());
        } else if (step instanceof Step.Leave leave) {
            begin(leave.stream().group(), () -> leave(leave.stream()));
        } else if (step instanceof Step.AdvanceHealing advance) {
            begin(new MembersOf(advance.stream().group()), () -> prove(advance));
        } else if (step instanceof Step.ReportApplied report) {
            begin(new GivenUpBy(report.stream()), () -> reportApplied(report));
        } else if (step instanceof Step.SayLost lost) {
            say(lost.stream().id(), lossOf(lost.stream()));
        } else if (step instanceof Step.ChangeMembers change) {
            begin(new MembersOf(change.group()), () -> changeMembers(change));
        } else if (step instanceof Step.RecordKind record) {
            begin(record.node(), () -> submit(new MetaCommand.PutNode(record.node())));
        } else if (step instanceof Step.RaiseFeatureLevel raise) {
            begin(raise, () -> submit(new MetaCommand.RaiseFeatureLevel(raise.level())));
        }
    }

    private void begin(Object subject, Supplier<CompletableFuture<?>> action) {
        if (!underWay.add(subject)) {
            return;
        }
        CompletableFuture<?> begun;
        try {
            begun = action.get();
        } catch (RuntimeException e) {
            begun = CompletableFuture.failedFuture(e);
        }
        begun.whenCompleteAsync((result, failure) -> ended(subject, failure), thread);
    }

    private void ended(Object subject, @Nullable Throwable failure) {
        underWay.remove(subject);
        if (failure == null) {
            said.remove(subject);
            run();
        } else {
            say(subject, "will be tried again: " + failure); // by the next tick
        }
    }

    private CompletableFuture<Void> start(Step.Start start) {
        return host(streams.specFor(start.stream(), start.founders()))
                .thenAcceptAsync(
                        group -> {
                            running.add(start.stream().group());
                            LOG.info(
                                    "hosting group={} stream={} number={}",
                                    group.id(),
                                    start.stream().config().name(),
                                    start.stream().number());
                            streams.started(start.stream(), group);
                        },
                        thread);
    }

    private <C extends Command, R, E> CompletableFuture<Group<C, R>> host(GroupSpec<C, R, E> spec) {
        return host.start(spec);
    }

    private CompletableFuture<Void> stop(GroupId group) {
        streams.stopped(group);
        running.remove(group);
        return host.stop(group);
    }

    private CompletableFuture<?> destroy(Step.Destroy destroy) {
        if (running.remove(destroy.group())) {
            streams.stopped(destroy.group());
        }
        return host.destroy(destroy.group()).thenCompose(durable -> {
            LOG.info(
                    "destroyed group={} stream={}",
                    destroy.group(),
                    destroy.stream().value());
            return report(destroy.stream());
        });
    }

    private CompletableFuture<MetaReply> report(StreamId stream) {
        return submit(new MetaCommand.ReportDestroyed(stream, host.self()));
    }

    private CompletableFuture<MetaReply> reportDamaged(StreamAssignment stream) {
        String damage = damageOf(stream);
        return submit(new MetaCommand.ReportDamaged(
                        stream.id(), host.self(), stream.replicas().revision()))
                .handle((reply, failure) -> {
                    if (failure != null) {
                        throw new IllegalStateException(damage + " and isn't repaired: " + failure.getMessage());
                    }
                    LOG.warn("{} and will be filled from the others", damage);
                    return reply;
                });
    }

    /** What waits for the log ends with the leader: the next one's node finds the same step. */
    private CompletableFuture<MetaReply> reportApplied(Step.ReportApplied report) {
        return streams.applied(report.number(), report.wantedRevision())
                .thenComposeAsync(
                        applied -> submit(new MetaCommand.ReportApplied(report.stream(), report.wantedRevision())),
                        thread);
    }

    private String damageOf(StreamAssignment stream) {
        return "stream " + stream.config().name() + " is damaged here ("
                + host.damaged().getOrDefault(stream.group(), "its copy is gone") + ")";
    }

    private CompletableFuture<MetaReply> leave(StreamAssignment stream) {
        LOG.info("dropping the damaged copy of stream {}", stream.config().name());
        return host.leave(stream.group()).thenCompose(durable -> advance(stream, host.self()));
    }

    /** A leader that was deposed doesn't know who the members are: only one that leads still may say so. */
    private CompletableFuture<?> prove(Step.AdvanceHealing step) {
        Group<?, ?> group = host.find(step.stream().group())
                .orElseThrow(() -> new IllegalStateException("the group isn't running here any more"));
        return group.read()
                .thenComposeAsync(
                        view -> {
                            view.close();
                            return isStillWanted(step)
                                    ? advance(step.stream(), step.peer())
                                    : CompletableFuture.completedFuture(null);
                        },
                        thread);
    }

    private CompletableFuture<MetaReply> advance(StreamAssignment stream, PeerId peer) {
        LOG.info(
                "repair of stream {} on {} gets on: {} is done",
                stream.config().name(),
                peer,
                stream.replicas().healing().get(peer));
        return submit(new MetaCommand.AdvanceHealing(
                stream.id(), peer, stream.replicas().revision()));
    }

    /** A refusal is a failure: it is said, and tried again by the next tick. */
    private CompletableFuture<MetaReply> submit(MetaCommand command) {
        return meta.submit(command).thenApply(reply -> {
            if (reply instanceof MetaReply.Refused refused) {
                throw new IllegalStateException("refused: " + refused.reason().description());
            }
            return reply;
        });
    }

    /** Only from an image that is as new as its leader's: an older one would undo what has been done since. */
    private CompletableFuture<Void> changeMembers(Step.ChangeMembers change) {
        return meta.caughtUp()
                .thenComposeAsync(
                        revision -> isStillWanted(change) ? changeNow(change) : CompletableFuture.completedFuture(null),
                        thread);
    }

    private boolean isStillWanted(Step change) {
        return situation().map(GroupPlan::steps).orElse(List.of()).contains(change);
    }

    private CompletableFuture<Void> changeNow(Step.ChangeMembers change) {
        LOG.info(
                "changing members group={} from={} to={}",
                change.group(),
                names(change.expected()),
                names(change.wanted()));
        return host.changeMembers(change.group(), change.expected(), change.wanted());
    }

    private static String lossOf(StreamAssignment stream) {
        List<PeerId> left = stream.peers().stream()
                .filter(peer -> !stream.replicas().isHealing(peer))
                .toList();
        return "stream " + stream.config().name()
                + " has lost a majority of its copies; it stays down, and what is left" + " is kept: " + left;
    }

    private static List<String> names(List<Peer> peers) {
        List<String> names = new ArrayList<>();
        peers.forEach(peer -> names.add(peer.kind() == Peer.Kind.VOTER ? "" + peer.id() : peer.id() + "(listens)"));
        return names;
    }

    /** What is done with a group's members, one thing at a time, whatever else goes on in that group here. */
    private record MembersOf(GroupId group) {}

    /** The report of what a stream gave up, whatever else goes on in its group here. */
    private record GivenUpBy(StreamId stream) {}

    /** Once per subject and text, so that the tick doesn't repeat it. */
    private void say(Object subject, String text) {
        if (!text.equals(said.put(subject, text))) {
            LOG.warn("{}: {}", subject, text);
        }
    }
}
