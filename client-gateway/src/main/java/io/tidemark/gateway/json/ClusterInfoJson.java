package io.tidemark.gateway.json;

import io.tidemark.raft.GroupStatus;
import io.tidemark.raft.GroupStatus.Member;
import io.tidemark.raft.PeerId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;

/** Who carries a stream or consumer: {@code cluster} in responses, {@code replicas} in advisories. */
public final class ClusterInfoJson {
    private static final String DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final int HASH_SIZE = 8;

    private ClusterInfoJson() {}

    /**
     * Who carries it.
     *
     * @param cluster the cluster's name, empty on a single server
     * @param raftGroup the group's name, for display
     * @param account the owner's
     */
    public record ClusterView(String cluster, String raftGroup, String account, GroupStatus group) {}

    /** {@code cluster}. */
    public static void write(Json json, ClusterView view) {
        PeerId leader = view.group().leadership().leader();
        boolean alone = view.group().members().size() < 2;
        json.object("cluster", cluster -> {
            cluster.textIfAny("name", view.cluster());
            if (!alone) {
                cluster.textIfAny("raft_group", view.raftGroup());
            }
            cluster.textIfAny("leader", leader == null ? "" : leader.node());
            if (alone) {
                return;
            }
            cluster.timeIfAny("leader_since", leader == null ? 0 : view.group().leaderSinceNanos())
                    .flag("system_account", true)
                    .text("traffic_account", view.account());
            writePeers(
                    cluster,
                    view.group().members().stream()
                            .filter(member -> !member.peer().id().equals(leader))
                            .toList());
        });
    }

    /** {@code replicas}: these members. */
    public static void writePeers(Json json, Collection<Member> members) {
        json.objects(
                "replicas",
                members,
                (peer, member) -> peer.text("name", member.peer().id().node())
                        .flag("current", member.current())
                        .flagIfAny("offline", member.offline())
                        .number("active", Math.max(member.activeNanos(), 0))
                        .numberIfAny("lag", member.lag())
                        .text("peer", hash(member.peer().id().node())));
    }

    /** The eight characters by which upstream names a peer, and an account in ack subjects: drawn from the name. */
    public static String hash(String name) {
        byte[] digest = sha256(name);
        StringBuilder hash = new StringBuilder(HASH_SIZE);
        for (int i = 0; i < HASH_SIZE; i++) {
            hash.append(DIGITS.charAt((digest[i] & 0xff) % DIGITS.length()));
        }
        return hash.toString();
    }

    private static byte[] sha256(String name) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("no SHA-256", e);
        }
    }
}
