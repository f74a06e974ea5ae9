package io.tidemark.gateway.publish;

import io.tidemark.storage.Bytes;
import io.tidemark.stream.command.FrameOperation;
import io.tidemark.stream.model.MessageBlock;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One event loop's open frame for one stream, and the publishers that wait for room. Owned by the loop. */
final class StreamAppender {
    /** While so many are in flight, the open frame goes on filling. */
    private static final int EAGER_FRAMES = 4;

    private static final int FULL_FRAME_BYTES = 256 << 10;
    private static final int MIN_CAPACITY = 512;
    private static final int MAX_CAPACITY = FULL_FRAME_BYTES + (64 << 10);
    private static final long MAX_HELD_BYTES = 8 << 20;
    private static final long PAUSE_BYTES = 4 << 20;
    private static final long RESUME_BYTES = 2 << 20;
    /** A stream that was silent so long doesn't slow its publishers down: it refuses. */
    private static final long SILENT_NANOS = 2_000_000_000L;

    private final FrameSender sender;
    private final LoopTasks tasks;
    private final List<Runnable> paused = new ArrayList<>();
    private MessageBlock.@Nullable Builder open;
    private @Nullable AppendAnswer answer;
    private int capacity = MIN_CAPACITY;
    private boolean watching;

    StreamAppender(Function<Runnable, FrameSender> sender, LoopTasks tasks) {
        this.sender = sender.apply(this::progress);
        this.tasks = tasks;
    }

    /** A message for a stream; {@code attempt} counts how often it was routed before. */
    record Appended(String subject, String reply, Bytes headers, Bytes payload, int attempt) {}

    /** False where there is no room for it. */
    boolean hasRoom(int bytes) {
        return heldBytes() + bytes <= (isSilent() ? MAX_HELD_BYTES : 2 * MAX_HELD_BYTES);
    }

    /** True where publishers should wait for {@link #whenRoom}. */
    boolean isFilling() {
        return heldBytes() > PAUSE_BYTES && !isSilent();
    }

    /** Calls {@code resume} when it drains, or turns out not to. */
    void whenRoom(Runnable resume) {
        paused.add(resume);
        watchSilence();
    }

    private void watchSilence() {
        if (!watching) {
            watching = true;
            tasks.schedule(this::checkSilence, SILENT_NANOS / 2);
        }
    }

    private void checkSilence() {
        watching = false;
        progress();
        if (!paused.isEmpty()) {
            watchSilence();
        }
    }

    boolean isIdle() {
        return open == null && paused.isEmpty() && sender.isIdle();
    }

    /** {@code newAnswer} makes the answer of a frame that begins with this message. */
    void add(Appended message, Supplier<AppendAnswer> newAnswer) {
        MessageBlock.Builder builder = open;
        AppendAnswer waiting = answer;
        if (builder == null || waiting == null) {
            builder = new MessageBlock.Builder(capacity);
            waiting = newAnswer.get();
            open = builder;
            answer = waiting;
        }
        builder.add(Bytes.utf8(message.subject), message.headers, message.payload);
        waiting.expect(message.reply, message.attempt);
        if (builder.size() >= FULL_FRAME_BYTES) {
            seal();
        }
    }

    /** What was added since leaves now, unless enough is on its way. */
    void flush() {
        if (open != null && sender.inFlight() < EAGER_FRAMES) {
            seal();
        }
    }

    /** Sends the operation behind what was added before. */
    void submit(FrameOperation operation, FrameAnswer waiting) {
        if (open != null) {
            seal();
        }
        sender.send(new OutgoingFrame(operation, waiting, 0, tasks.nanoTime()));
    }

    private void seal() {
        MessageBlock.Builder builder = Objects.requireNonNull(open);
        AppendAnswer waiting = Objects.requireNonNull(answer);
        open = null;
        answer = null;
        capacity = Math.max(MIN_CAPACITY, Math.min(MAX_CAPACITY, builder.size() + builder.size() / 4));
        MessageBlock block = builder.build();
        waiting.sealed(block);
        sender.send(new OutgoingFrame(
                new FrameOperation.Append(block), waiting, block.bytes().size(), tasks.nanoTime()));
    }

    private void progress() {
        flush();
        if (!paused.isEmpty() && (heldBytes() < RESUME_BYTES || isSilent())) {
            List<Runnable> resumed = List.copyOf(paused);
            paused.clear();
            resumed.forEach(Runnable::run);
        }
    }

    private boolean isSilent() {
        return sender.silentNanos() > SILENT_NANOS;
    }

    private long heldBytes() {
        return sender.heldBytes() + (open == null ? 0 : open.size());
    }
}
