package io.tidemark.raft.ratis;

import io.tidemark.raft.Group;
import io.tidemark.raft.GroupId;
import io.tidemark.raft.Peer;
import io.tidemark.raft.PeerId;
import io.tidemark.storage.Bytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/** Entries per second of one group of three in this process; run by hand. */
final class EntryBenchmark {
    private static final GroupId GROUP = new GroupId(new UUID(5, 6));

    private EntryBenchmark() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("entries");
        Map<PeerId, TestNode> nodes = new ConcurrentHashMap<>();
        List<TestNode> members = new ArrayList<>();
        for (int i = 1; i <= 3; i++) {
            members.add(new TestNode(new PeerId("n" + i, "0000000" + i), directory, nodes).open());
        }
        List<Peer> founders = members.stream().map(TestNode::peer).toList();
        members.forEach(node -> node.start(GROUP, founders));
        for (int round = 0; round < 2; round++) {
            measure(leader(members), 256, 1);
            measure(leader(members), 256, 256);
            measure(leader(members), 64 << 10, 1);
            measure(leader(members), 64 << 10, 4);
            measure(leader(members), 64 << 10, 32);
        }
        members.parallelStream().forEach(TestNode::close);
    }

    private static TestNode leader(List<TestNode> members) {
        Await.until(() -> members.stream().anyMatch(node -> node.leads(GROUP)), () -> "no leader");
        return members.stream().filter(node -> node.leads(GROUP)).findFirst().orElseThrow();
    }

    private static void measure(TestNode leader, int commandBytes, int inFlight) throws InterruptedException {
        Group<Register.Put, Long> group = leader.group(GROUP);
        Semaphore permits = new Semaphore(inFlight);
        LongAdder nanos = new LongAdder();
        LongAdder done = new LongAdder();
        LongAdder failed = new LongAdder();
        int entriesBefore = leader.register.entries.get();
        long begun = System.nanoTime();
        while (System.nanoTime() - begun < TimeUnit.SECONDS.toNanos(4)) {
            permits.acquire();
            long sent = System.nanoTime();
            group.propose(new Register.Put(Bytes.wrap(new byte[commandBytes]))).whenComplete((number, failure) -> {
                permits.release();
                nanos.add(System.nanoTime() - sent);
                (failure == null ? done : failed).increment();
            });
        }
        permits.acquire(inFlight);
        double seconds = (System.nanoTime() - begun) / 1e9;
        long commands = Math.max(1, done.sum());
        System.out.printf(
                "%6d bytes, %3d in flight: %7.0f commands/s, %6.0f entries/s, %6.1f MB/s, mean %6.2f ms, failed %d%n",
                commandBytes,
                inFlight,
                commands / seconds,
                (leader.register.entries.get() - entriesBefore) / seconds,
                commands * (double) commandBytes / seconds / 1e6,
                nanos.sum() / 1e6 / (commands + failed.sum()),
                failed.sum());
    }
}
