package io.tidemark.bench.scenario;

import io.tidemark.bench.server.Cluster;
import io.tidemark.bench.server.DiskUse;
import io.tidemark.bench.server.Node;
import io.tidemark.bench.server.RaftState;
import io.tidemark.bench.server.Usage;
import io.tidemark.bench.wire.Activity;
import io.tidemark.bench.wire.Connection;
import io.tidemark.bench.wire.EventLoop;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;

/** One run of a scenario on a cluster: its load, its connections, and the measuring. */
public final class Run implements Closeable {
    private static final Duration LIMIT = Duration.ofMinutes(5);

    private static final double NANOS_PER_SECOND = 1e9;
    private static final double MICROS_PER_SECOND = 1e6;
    private static final double BYTES_PER_MEGABYTE = 1 << 20;

    private final Cluster cluster;
    private final Load load;
    private final String stream;
    private final EventLoop loop = new EventLoop();
    private final Connection first;
    private final Api api;

    /**
     * Connects to the cluster's first node.
     *
     * @param stream what streams of this run are called, or begin with
     */
    public Run(Cluster cluster, Load load, String stream) throws IOException {
        this.cluster = cluster;
        this.load = load;
        this.stream = stream;
        first = connect();
        api = new Api(loop, first);
    }

    Cluster cluster() {
        return cluster;
    }

    Load load() {
        return load;
    }

    String stream() {
        return stream;
    }

    Api api() {
        return api;
    }

    /** Another connection to the first node. */
    Connection connect() throws IOException {
        return connect(cluster.nodes().get(0));
    }

    Connection connect(Node node) throws IOException {
        return loop.connect(node.port());
    }

    /** Gives up the first connection, and with it the API: its node will go. */
    void disconnectFirst() throws IOException {
        loop.disconnect(first);
    }

    /** Waits until the server has read the connection's subscriptions. */
    void awaitSubscribed(Connection connection) throws IOException {
        connection.ping();
        prepare(Activity.until(connection::inStep, "no answer to a ping"));
    }

    /** Lets the time pass, and answers the servers meanwhile. */
    void pause(Duration time) throws IOException {
        long endAtNanos = System.nanoTime() + time.toNanos();
        loop.run(Activity.until(() -> System.nanoTime() > endAtNanos, "waiting"), time.plus(LIMIT));
    }

    /** Runs something that isn't measured. */
    void prepare(Activity activity) throws IOException {
        loop.run(activity, LIMIT);
    }

    /**
     * Runs the work: operations a second, and what one of them cost. To the bytes on disk belongs what the servers
     * left in memory.
     *
     * @param operation what is counted: "msg", in the figures' names
     */
    Figures measure(String operation, long count, Activity activity) throws IOException {
        DiskUse disk = DiskUse.afterSync();
        Usage servers = cluster.usage();
        Usage own = Usage.own();
        RaftState raft = RaftState.of(cluster);
        long begin = System.nanoTime();
        loop.run(activity, LIMIT);
        double seconds = (System.nanoTime() - begin) / NANOS_PER_SECOND;
        long flushes = DiskUse.now().flushes() - disk.flushes();
        own = Usage.own().since(own);
        servers = cluster.usage().since(servers);
        raft = RaftState.of(cluster).since(raft);
        long written = DiskUse.afterSync().writtenBytes() - disk.writtenBytes();
        Figures figures = new Figures()
                .put(operation + "/s", count / seconds)
                .put("server CPU µs/" + operation, servers.cpuSeconds() * MICROS_PER_SECOND / count)
                .put("generator CPU µs/" + operation, own.cpuSeconds() * MICROS_PER_SECOND / count)
                .put("disk bytes/" + operation, (double) written / count)
                .put("disk flushes/s", flushes / seconds)
                .put("RSS MB", servers.residentBytes() / BYTES_PER_MEGABYTE);
        return raft.entries() == 0 ? figures : figures.put(operation + "/Raft entry", (double) count / raft.entries());
    }

    @Override
    public void close() throws IOException {
        loop.close();
    }
}
