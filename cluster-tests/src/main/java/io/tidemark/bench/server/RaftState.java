package io.tidemark.bench.server;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How far a cluster's groups are, as its monitoring shows them: sums over the groups of streams and consumers.
 *
 * @param entries committed since the groups exist
 * @param terms of all groups; each election adds one or more
 */
public record RaftState(long entries, long terms) {
    private static final Pattern COMMITTED = Pattern.compile("\"committed\"\\s*:\\s*(\\d+)");
    private static final Pattern TERM = Pattern.compile("\"term\"\\s*:\\s*(\\d+)");
    private static final int TIMEOUT_MILLIS = 5000;

    /** Of the nodes that run; zeros where there are no groups. */
    public static RaftState of(Cluster cluster) {
        RaftState furthest = new RaftState(0, 0);
        for (Node node : cluster.nodes()) {
            String page = page(node);
            furthest = new RaftState(
                    Math.max(furthest.entries, sum(COMMITTED, page)), Math.max(furthest.terms, sum(TERM, page)));
        }
        return furthest;
    }

    /** Empty where a node has no groups, or doesn't answer. */
    private static String page(Node node) {
        try {
            URLConnection connection = URI.create("http://127.0.0.1:" + node.monitorPort() + "/raftz?acc=$G")
                    .toURL()
                    .openConnection();
            connection.setConnectTimeout(TIMEOUT_MILLIS);
            connection.setReadTimeout(TIMEOUT_MILLIS);
            try (InputStream body = connection.getInputStream()) {
                return new String(body.readAllBytes(), StandardCharsets.UTF_8);
            }
        } catch (IOException noGroups) {
            return "";
        }
    }

    private static long sum(Pattern number, String page) {
        long sum = 0;
        Matcher matcher = number.matcher(page);
        while (matcher.find()) {
            sum += Long.parseLong(matcher.group(1));
        }
        return sum;
    }

    /** What happened after an earlier moment. */
    public RaftState since(RaftState earlier) {
        return new RaftState(entries - earlier.entries, terms - earlier.terms);
    }
}
