package io.tidemark.cluster;

import io.tidemark.meta.founding.Announcement;
import io.tidemark.storage.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** The links between meta nodes of one process: everybody who is up and not cut off sees everybody else. */
final class MetaNetwork {
    private final Map<String, MetaNode> up = new TreeMap<>();
    private final Map<String, Announcement> announced = new TreeMap<>();
    private final Set<String> cutOff = new TreeSet<>();

    synchronized void joined(MetaNode node) {
        up.put(node.name(), node);
    }

    void left(MetaNode node) {
        synchronized (this) {
            up.remove(node.name());
            announced.remove(node.name());
        }
        tellAll();
    }

    void cut(String name) {
        synchronized (this) {
            cutOff.add(name);
        }
        tellAll();
    }

    void announce(String name, Announcement announcement) {
        synchronized (this) {
            announced.put(name, announcement);
        }
        tellAll();
    }

    synchronized List<Announcement> seenBy(String name) {
        List<Announcement> seen = new ArrayList<>();
        announced.forEach((other, announcement) -> {
            if (linked(name, other)) {
                seen.add(announcement);
            }
        });
        return seen;
    }

    /** Asks the node, if there is a link to it. */
    CompletableFuture<Bytes> ask(String from, String to, Function<MetaNode, CompletableFuture<Bytes>> question) {
        Optional<MetaNode> node;
        synchronized (this) {
            node = linked(from, to) ? Optional.ofNullable(up.get(to)) : Optional.empty();
        }
        return node.map(question)
                .orElseGet(() -> CompletableFuture.failedFuture(new io.tidemark.raft.UnavailableException(
                        io.tidemark.raft.UnavailableException.Reason.UNREACHABLE, "no link to " + to)));
    }

    private boolean linked(String one, String other) {
        return !one.equals(other) && up.containsKey(other) && !cutOff.contains(one) && !cutOff.contains(other);
    }

    private void tellAll() {
        List<MetaNode> nodes;
        synchronized (this) {
            nodes = List.copyOf(up.values());
        }
        nodes.forEach(MetaNode::neighboursChanged);
    }
}
