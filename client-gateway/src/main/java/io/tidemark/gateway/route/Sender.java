package io.tidemark.gateway.route;

import io.tidemark.gateway.route.proto.RouteFrame;
import io.tidemark.gateway.route.proto.RouteItem;
import io.tidemark.gateway.subject.Burst;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * One direction of a link: items from any thread, in order, several to a frame while the writer is busy. Messages past the
 * bound are dropped; nothing else is.
 */
final class Sender {
    private static final int FRAME_BYTES = 1 << 20;
    private static final long MESSAGE_BYTES = 64L << 20;

    private final Queue<RouteItem> queue = new ConcurrentLinkedQueue<>();
    private final AtomicLong queuedMessageBytes = new AtomicLong();
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final Executor writer;
    private final BooleanSupplier ready;
    private final Consumer<byte[]> output;
    private final Runnable resume = this::resume;

    /**
     * {@code writer} runs one task at a time.
     *
     * @param ready false while the stream wants no more; {@link #resume} is called when it does
     */
    Sender(Executor writer, BooleanSupplier ready, Consumer<byte[]> output) {
        this.writer = writer;
        this.ready = ready;
        this.output = output;
    }

    /** Returns false where it was dropped. */
    boolean send(RouteItem item) {
        int size = item.getSerializedSize();
        if (item.hasMessage()) {
            if (queuedMessageBytes.addAndGet(size) > MESSAGE_BYTES) {
                queuedMessageBytes.addAndGet(-size);
                return false;
            }
        }
        queue.add(item);
        Burst.wake(resume, size);
        return true;
    }

    void resume() {
        if (!queue.isEmpty() && scheduled.compareAndSet(false, true)) {
            writer.execute(this::write);
        }
    }

    private void write() {
        while (!queue.isEmpty() && ready.getAsBoolean()) {
            RouteFrame.Builder frame = RouteFrame.newBuilder();
            int size = 0;
            RouteItem item;
            while (size < FRAME_BYTES && (item = queue.poll()) != null) {
                int itemSize = item.getSerializedSize();
                if (item.hasMessage()) {
                    queuedMessageBytes.addAndGet(-itemSize);
                }
                size += itemSize;
                frame.addItems(item);
            }
            output.accept(frame.build().toByteArray());
        }
        scheduled.set(false);
        if (!queue.isEmpty() && ready.getAsBoolean()) {
            resume();
        }
    }
}
