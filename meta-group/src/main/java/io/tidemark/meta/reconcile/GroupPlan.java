package io.tidemark.meta.reconcile;

import io.tidemark.meta.MetaImage.NodeEntry;
import io.tidemark.meta.MetaImage.StreamAssignment;
import io.tidemark.meta.MetaImage.Tombstone;
import io.tidemark.raft.GroupId;
import io.tidemark.raft.Peer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The difference between what should be here and what is: a pure function, whose order is the order of importance. */
final class GroupPlan {
    private GroupPlan() {}

    /** Empty where nothing is to be done. Steps for different groups don't depend on each other. */
    static List<Step> steps(Situation now) {
        List<Step> steps = new ArrayList<>();
        Set<GroupId> explained = new HashSet<>();
        for (StreamAssignment stream : now.image().streams().values()) {
            explained.add(stream.group());
            stream(now, stream, steps);
        }
        for (Tombstone tombstone : now.image().tombstones().values()) {
            if (!explained.add(tombstone.group())) {
                continue; // another stream lives in the same group: its state machine frees what is gone
            }
            tombstone(now, tombstone, steps);
        }
        now.running().stream()
                .filter(group -> !explained.contains(group))
                .sorted(Comparator.comparing(GroupId::toString))
                .forEach(group -> steps.add(new Step.Stop(group)));
        if (now.image().revision() > 0) {
            now.onDisk().stream()
                    .filter(group -> !explained.contains(group))
                    .sorted(Comparator.comparing(GroupId::toString))
                    .forEach(group -> steps.add(new Step.KeepUnknown(group)));
        }
        if (now.meta().leads()) {
            meta(now, steps);
        }
        return steps;
    }

    private static void stream(Situation now, StreamAssignment stream, List<Step> steps) {
        ReplicaPlan.step(now, stream).ifPresent(steps::add);
        if (stream.peers().contains(now.self()) && stream.replicas().hasLostMajority()) {
            steps.add(new Step.SayLost(stream));
        }
        List<Peer> members = now.led().get(stream.group());
        if (members != null) {
            steps.addAll(StreamMembers.steps(now, stream, members));
            if (stream.givenUpAt() > 0) {
                steps.add(new Step.ReportApplied(stream.id(), stream.number(), stream.givenUpAt()));
            }
        }
    }

    private static void tombstone(Situation now, Tombstone tombstone, List<Step> steps) {
        if (!tombstone.remaining().contains(now.self())) {
            return;
        }
        boolean here = now.onDisk().contains(tombstone.group()) || now.running().contains(tombstone.group());
        steps.add(
                here
                        ? new Step.Destroy(tombstone.id(), tombstone.group())
                        : new Step.Report(tombstone.id(), tombstone.group()));
    }

    private static void meta(Situation now, List<Step> steps) {
        MetaMembership.next(now.meta().members(), now.image().nodes(), now.live())
                .ifPresent(wanted -> steps.add(
                        new Step.ChangeMembers(now.meta().id(), now.meta().members(), wanted)));
        for (Peer member : now.meta().members()) {
            NodeEntry node = now.image().nodes().get(member.id().node());
            if (node != null
                    && node.raft().id().equals(member.id())
                    && node.raft().kind() != member.kind()) {
                steps.add(new Step.RecordKind(new NodeEntry(
                        node.name(),
                        new Peer(member.id(), node.raft().address(), member.kind()),
                        node.routeAddress(),
                        node.clientAddress(),
                        node.featureLevel())));
            }
        }
        int common = now.image().nodes().values().stream()
                .mapToInt(NodeEntry::featureLevel)
                .min()
                .orElse(0);
        if (common > now.image().featureLevel()) {
            steps.add(new Step.RaiseFeatureLevel(common));
        }
    }
}
