package io.tidemark.gateway.subject;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Who gets messages that are sent to one subject. Immutable. */
public final class Match {
    private static final Subscription[] NO_SUBSCRIPTIONS = {};
    private static final QueueGroup[] NO_QUEUES = {};
    private static final String[] NO_NODES = {};

    final Subscription[] plain;
    final QueueGroup[] queues;
    final String[] plainNodes;
    private final List<StreamTarget> streams;
    private final @Nullable InternalService service;

    private Match(Builder builder, List<StreamTarget> streams, @Nullable InternalService service) {
        plain = builder.plain.toArray(NO_SUBSCRIPTIONS);
        queues = builder.queueGroups();
        plainNodes = builder.plainNodes.toArray(NO_NODES);
        this.streams = streams;
        this.service = service;
    }

    /** The streams that take it. */
    public List<StreamTarget> streams() {
        return streams;
    }

    /** Null where none serves it. */
    public @Nullable InternalService service() {
        return service;
    }

    boolean hasSubscribers() {
        return plain.length > 0 || plainNodes.length > 0 || queues.length > 0;
    }

    boolean hasQueue(String name) {
        for (QueueGroup queue : queues) {
            if (queue.name.equals(name)) {
                return true;
            }
        }
        return false;
    }

    /** The members of one queue group, whatever the patterns they subscribed with. */
    static final class QueueGroup {
        final String name;
        final Interest[] members;
        final int weight;

        private QueueGroup(List<Interest> members) {
            this.name = members.get(0).queue();
            this.members = members.toArray(new Interest[0]);
            int sum = 0;
            for (Interest member : members) {
                sum += weight(member);
            }
            this.weight = sum;
        }

        /** The index of the member at {@code point} of the weights' sum. */
        int memberAt(int point) {
            int rest = point;
            for (int i = 0; i < members.length; i++) {
                rest -= weight(members[i]);
                if (rest < 0) {
                    return i;
                }
            }
            return members.length - 1;
        }

        private static int weight(Interest member) {
            return member instanceof RemoteInterest remote ? remote.count() : 1;
        }
    }

    /** Collects what a tree shows. Most subjects have one plain subscriber and nothing else. */
    static final class Builder {
        private final List<Subscription> plain = new ArrayList<>(2);
        private final List<String> plainNodes = new ArrayList<>(0);
        private @Nullable Map<String, List<Interest>> queues;

        void add(Interest interest) {
            if (!interest.queue().isEmpty()) {
                Map<String, List<Interest>> known = queues == null ? new LinkedHashMap<>() : queues;
                known.computeIfAbsent(interest.queue(), name -> new ArrayList<>())
                        .add(interest);
                queues = known;
            } else if (interest instanceof Subscription subscription) {
                plain.add(subscription);
            } else if (interest instanceof RemoteInterest remote && !plainNodes.contains(remote.node())) {
                plainNodes.add(remote.node());
            }
        }

        private QueueGroup[] queueGroups() {
            return queues == null
                    ? NO_QUEUES
                    : queues.values().stream().map(QueueGroup::new).toArray(QueueGroup[]::new);
        }

        Match build(List<StreamTarget> streams, @Nullable InternalService service) {
            return new Match(this, streams, service);
        }
    }
}
