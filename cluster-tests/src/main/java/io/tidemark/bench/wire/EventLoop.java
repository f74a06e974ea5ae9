package io.tidemark.bench.wire;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The connections of one thread, the one that calls {@link #run}. One thread is enough: a message costs it about a
 * microsecond, and the servers need the other processors.
 */
public final class EventLoop implements Closeable {
    /** So often an activity that waits for time, not for messages, gets its turn. */
    private static final long TICK_MILLIS = 10;

    private final Selector selector = Selector.open();
    private final List<Connection> connections = new ArrayList<>();

    public EventLoop() throws IOException {}

    /** Connects to a port of this machine. */
    public Connection connect(int port) throws IOException {
        Connection connection = new Connection(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), selector);
        connections.add(connection);
        return connection;
    }

    public void disconnect(Connection connection) throws IOException {
        connections.remove(connection);
        connection.close();
    }

    /** Runs until an activity is done. */
    public void run(Activity activity, Duration limit) throws IOException {
        long deadlineAt = System.nanoTime() + limit.toNanos();
        activity.turn();
        while (!activity.done()) {
            flush();
            selector.select(TICK_MILLIS);
            for (SelectionKey key : selector.selectedKeys()) {
                serve(key);
            }
            selector.selectedKeys().clear();
            if (System.nanoTime() > deadlineAt) {
                throw new IOException("not done after " + limit.toSeconds() + " s: " + activity.progress());
            }
            activity.turn();
        }
        flush();
    }

    private void flush() throws IOException {
        for (Connection connection : connections) {
            connection.flush();
        }
    }

    private static void serve(SelectionKey key) throws IOException {
        Connection connection = (Connection) key.attachment();
        if (key.isReadable()) {
            connection.receive();
        }
    }

    @Override
    public void close() throws IOException {
        for (Connection connection : connections) {
            connection.close();
        }
        selector.close();
    }
}
