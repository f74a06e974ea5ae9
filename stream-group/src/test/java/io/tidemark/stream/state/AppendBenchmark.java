package io.tidemark.stream.state;

import io.tidemark.raft.Position;
import io.tidemark.storage.Bytes;
import io.tidemark.storage.GroupStore;
import io.tidemark.storage.Store;
import io.tidemark.storage.WriteBatch;
import io.tidemark.storage.memory.MemoryStore;
import io.tidemark.stream.command.FrameOperation;
import io.tidemark.stream.command.ProposerId;
import io.tidemark.stream.command.StreamCommand;
import io.tidemark.stream.command.StreamEntry;
import io.tidemark.stream.model.MessageBlock;
import io.tidemark.stream.model.StreamConfig;

/** How fast appends are applied on one thread: a main, not a test. Prints messages per second. */
final class AppendBenchmark {
    private static final int BLOCK = 500;

    private AppendBenchmark() {}

    public static void main(String[] arguments) {
        int frames = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 4000;
        StreamConfig plain = Configs.of("S");
        StreamConfig keyValue = Configs.with(plain, "max_msgs_per_subject", "1");
        StreamConfig rolling = Configs.with(plain, "max_msgs", "100000");
        run("warm-up", new MemoryStore(), plain, 1, false, frames);
        run("one subject", new MemoryStore(), plain, 1, false, frames);
        run("max_msgs 100k", new MemoryStore(), rolling, 10, false, frames);
        run("500 subjects", new MemoryStore(), plain, 500, false, frames / 4);
        run("message ids", new MemoryStore(), plain, 1, true, frames / 4);
        run("key-value 10k", new MemoryStore(), keyValue, 10_000, false, frames / 8);
    }

    /** Closes the store. */
    static void run(String name, Store store, StreamConfig config, int subjects, boolean ids, int frames) {
        try (store) {
            GroupStore group = store.open("g");
            StreamStateMachine machine = new StreamStateMachine();
            machine.open(group);
            apply(machine, group, 1, new StreamCommand.Configure("id", config, 1, 1));
            long message = 0;
            long nanos = 0;
            for (int number = 1; number <= frames; number++) {
                MessageBlock.Builder block = new MessageBlock.Builder(BLOCK * 200);
                for (int i = 0; i < BLOCK; i++) {
                    Bytes headers =
                            ids ? Bytes.utf8("NATS/1.0\r\nNats-Msg-Id: id" + message + "\r\n\r\n") : Bytes.EMPTY;
                    block.add(Bytes.utf8("a.sensor." + message * 7919 % subjects), headers, Bytes.wrap(new byte[128]));
                    message++;
                }
                StreamCommand.Frame frame = new StreamCommand.Frame(
                        new ProposerId(1, 1, 1), number, 8, Long.MAX_VALUE, new FrameOperation.Append(block.build()));
                long start = System.nanoTime();
                apply(machine, group, number + 1, frame);
                nanos += System.nanoTime() - start;
                if (store.unflushedBytes() > 64 << 20) {
                    store.flush();
                }
            }
            System.out.printf("%-28s %,12d messages/s%n", name, message * 1_000_000_000L / nanos);
        }
    }

    private static void apply(StreamStateMachine machine, GroupStore group, long index, StreamCommand command) {
        WriteBatch batch = group.batch();
        machine.apply(
                new Position(index, 1, 1, 1_700_000_000_000_000_000L + index), new StreamEntry(1, command), batch);
        group.write(batch);
    }
}
