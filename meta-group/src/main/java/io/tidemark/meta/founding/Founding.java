package io.tidemark.meta.founding;

import io.tidemark.meta.founding.Announcement.Standing;
import io.tidemark.meta.founding.NodeIdentity.Stage;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Decides whether a node founds a cluster, joins one or waits: a pure function.
 *
 * <p>Empty nodes found together: each durably grants the founding to the smallest name that it sees, and a node founds once
 * it has its own grant and those of all that it sees. A grant only ever passes to a smaller name, and only when the present
 * holder has given up its own claim; so of two nodes that see a common third, one can't found.
 */
final class Founding {
    private Founding() {}

    /** What to do now; asked again after every change. */
    sealed interface Decision {
        /** Nothing but to say for whom. */
        record Wait(String reason) implements Decision {}

        /** Durably grant the founding to that node, and tell the others. */
        record Grant(String node) implements Decision {}

        /** Found a cluster, or go on founding it. */
        record Found() implements Decision {}

        /** Join the cluster, or go on joining it. */
        record Join(String clusterId) implements Decision {}

        /** Give up the own cluster, which never held a stream, for this one. */
        record GiveWay(String clusterId) implements Decision {}

        /** Stay what the node is, and say what is wrong. */
        record Refuse(String reason) implements Decision {}

        /** The node belongs to its cluster. */
        record Stay() implements Decision {}
    }

    /**
     * What the configuration and the links say.
     *
     * @param configuredRoutes how many routes are configured
     * @param routesToOthers how many of them don't lead to this very node
     * @param founders names of exactly those that found together; empty where routes say it
     */
    record Surroundings(
            boolean clustered,
            int configuredRoutes,
            int routesToOthers,
            Set<String> founders,
            List<Announcement> present) {}

    /** What this node is: its durable identity, and whether it may still give way. */
    record Self(String name, Stage stage, String clusterId, String grantedTo, Standing standing) {}

    static Decision decide(Self self, Surroundings around) {
        return switch (self.stage()) {
            case NONE -> empty(self, around);
            case FOUNDING -> new Decision.Found();
            case JOINING -> new Decision.Join(self.clusterId());
            case MEMBER -> member(self, around);
        };
    }

    private static Decision member(Self self, Surroundings around) {
        for (Announcement other : around.present()) {
            if (other.clusterId().isEmpty() || other.clusterId().equals(self.clusterId())) {
                continue;
            }
            boolean bothYield = self.standing() == Standing.YIELDING && other.standing() == Standing.YIELDING;
            if (self.standing() == Standing.YIELDING
                    && (!bothYield || other.id().node().compareTo(self.name()) < 0)) {
                return new Decision.GiveWay(other.clusterId());
            }
            if (other.standing() == Standing.MEMBER) {
                return new Decision.Refuse("node " + other.id().node() + " belongs to cluster " + other.clusterId()
                        + ", this one to " + self.clusterId());
            }
        }
        return new Decision.Stay();
    }

    private static Decision empty(Self self, Surroundings around) {
        if (!around.clustered()) {
            return new Decision.Found();
        }
        List<Announcement> founded = around.present().stream()
                .filter(other -> !other.clusterId().isEmpty())
                .sorted(Comparator.comparing(Announcement::standing).reversed())
                .toList();
        if (!founded.isEmpty()) {
            return joinOneOf(founded);
        }
        if (around.configuredRoutes() == 0 && around.founders().isEmpty()) {
            return new Decision.Found();
        }
        return together(self, around);
    }

    /** Members stand before yielding ones, which follow them. */
    private static Decision joinOneOf(List<Announcement> founded) {
        Announcement first = founded.get(0);
        for (Announcement other : founded) {
            if (other.standing() == Standing.MEMBER && !other.clusterId().equals(first.clusterId())) {
                return new Decision.Refuse("node " + first.id().node() + " belongs to cluster " + first.clusterId()
                        + ", node " + other.id().node() + " to " + other.clusterId());
            }
        }
        return new Decision.Join(first.clusterId());
    }

    private static Decision together(Self self, Surroundings around) {
        TreeMap<String, String> grants = new TreeMap<>();
        around.present().forEach(other -> grants.put(other.id().node(), other.waitsFor()));
        grants.put(self.name(), self.grantedTo());
        if (around.founders().isEmpty()) {
            int missing = Math.max(1, around.routesToOthers()) - (grants.size() - 1);
            if (missing > 0) {
                return new Decision.Wait("for " + missing + " more of the nodes that the routes name; here are "
                        + String.join(", ", grants.keySet()));
            }
        } else {
            grants.keySet().retainAll(around.founders());
            Set<String> missing = new TreeSet<>(around.founders());
            missing.removeAll(grants.keySet());
            if (!missing.isEmpty()) {
                return new Decision.Wait("for the founders " + String.join(", ", missing));
            }
            if (!around.founders().contains(self.name())) {
                return new Decision.Wait("to be taken in by the founders");
            }
        }
        return settle(self, grants);
    }

    private static Decision settle(Self self, SortedMap<String, String> grants) {
        String smallest = grants.firstKey();
        String holder = self.grantedTo();
        if (holder.isEmpty()) {
            return new Decision.Grant(smallest);
        }
        if (smallest.compareTo(holder) < 0) {
            boolean ownClaim = holder.equals(self.name());
            String holdersGrant = grants.getOrDefault(holder, "");
            boolean released = !holdersGrant.isEmpty() && !holdersGrant.equals(holder);
            return ownClaim || released
                    ? new Decision.Grant(smallest)
                    : new Decision.Wait("for " + holder + " to found or to make way for " + smallest);
        }
        if (!holder.equals(self.name())) {
            return new Decision.Wait("for " + holder + " to found the cluster");
        }
        Set<String> open = new TreeSet<>();
        grants.forEach((node, grant) -> {
            if (!grant.equals(self.name())) {
                open.add(node);
            }
        });
        return open.isEmpty() ? new Decision.Found() : new Decision.Wait("for the word of " + String.join(", ", open));
    }
}
