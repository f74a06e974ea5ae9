package io.tidemark.raft.ratis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.raft.DamagedGroupException;
import io.tidemark.raft.ratis.GroupFiles.RaftMeta;
import io.tidemark.raft.ratis.SegmentFile.Found;
import io.tidemark.raft.ratis.proto.EntryHeader;
import io.tidemark.storage.Bytes;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.StateMachineLogEntryProto;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Logs are crafted: entry n of term 2 carries n - 2 as the commit index that its leader knew. */
class LogDoctorTest {
    private static final long NUMBER = 77;

    @TempDir
    private Path log;

    @BeforeEach
    void meta() throws IOException {
        new RaftMeta(5, "n1~1").write(log);
    }

    private static byte[] entry(long index, long number, long commitIndex, byte[] payload) throws IOException {
        EntryHeader header = EntryHeader.newBuilder()
                .setGroupNumber(number)
                .setTerm(2)
                .setCommitIndex(commitIndex)
                .build();
        byte[] content = EntryCodec.encode(header, List.of(Bytes.wrap(payload)));
        LogEntryProto proto = LogEntryProto.newBuilder()
                .setTerm(2)
                .setIndex(index)
                .setStateMachineLogEntry(
                        StateMachineLogEntryProto.newBuilder().setLogData(ByteString.copyFrom(content)))
                .build();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        proto.writeDelimitedTo(out);
        CRC32C checksum = new CRC32C();
        checksum.update(out.toByteArray());
        new DataOutputStream(out).writeInt((int) checksum.getValue());
        return out.toByteArray();
    }

    private static byte[] entry(long index) throws IOException {
        return entry(index, NUMBER, index - 2, ("payload of " + index).getBytes(StandardCharsets.UTF_8));
    }

    private Path open(long first, long last) throws IOException {
        return write(SegmentFile.openName(first), first, last);
    }

    private Path closed(long first, long last) throws IOException {
        return write(SegmentFile.closedName(first, last), first, last);
    }

    private Path write(String name, long first, long last) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write("RaftLog1".getBytes(StandardCharsets.UTF_8));
        for (long index = first; index <= last; index++) {
            out.write(entry(index));
        }
        out.write(new byte[500]);
        return Files.write(log.resolve(name), out.toByteArray());
    }

    /** Flips a bit in the payload of an entry. */
    private static void damage(Path segment, long index) throws IOException {
        byte[] file = Files.readAllBytes(segment);
        byte[] payload = ("payload of " + index).getBytes(StandardCharsets.UTF_8);
        for (int at = 0; at < file.length; at++) {
            if (Arrays.equals(file, at, Math.min(file.length, at + payload.length), payload, 0, payload.length)) {
                file[at] ^= 1;
                Files.write(segment, file);
                return;
            }
        }
        throw new AssertionError("no entry " + index);
    }

    private void append(Path segment, long first, long last, byte[] behind) throws IOException {
        byte[] file = Files.readAllBytes(write("draft", first, last));
        try (RandomAccessFile target = new RandomAccessFile(segment.toFile(), "rw")) {
            target.write(file, 0, file.length - 500);
            target.write(behind);
            target.write(new byte[100]);
        }
        Files.delete(log.resolve("draft"));
    }

    private void examine(long applied) throws IOException {
        new LogDoctor(log, applied, NUMBER).examine();
    }

    private List<Long> indexes() throws IOException {
        List<Found> found = new ArrayList<>();
        for (SegmentFile segment : SegmentFile.list(log)) {
            assertThat(segment.read(found)).as("sound: %s", segment).isTrue();
        }
        return found.stream().map(Found::index).toList();
    }

    private static List<Long> range(long first, long last) {
        List<Long> range = new ArrayList<>();
        for (long index = first; index <= last; index++) {
            range.add(index);
        }
        return range;
    }

    @Test
    void soundLogStaysAsItIs() throws IOException {
        closed(0, 9);
        Path open = open(10, 14);
        byte[] before = Files.readAllBytes(open);

        examine(3);

        assertThat(indexes()).isEqualTo(range(0, 14));
        assertThat(Files.readAllBytes(open)).isEqualTo(before);
    }

    @Test
    void emptyLogIsSound() throws IOException {
        examine(-1);

        assertThat(indexes()).isEmpty();
    }

    @Test
    void garbageBehindTheLastEntryIsCut() throws IOException {
        Path open = open(0, 5);
        append(open, 0, 5, "garbage".getBytes(StandardCharsets.UTF_8));

        examine(2);

        assertThat(indexes()).isEqualTo(range(0, 5));
    }

    @Test
    void lastEntryThatIsHalfWrittenIsCut() throws IOException {
        Path open = open(0, 5);
        append(open, 0, 5, Arrays.copyOf(entry(6), 20));

        examine(2);

        assertThat(indexes()).isEqualTo(range(0, 5));
    }

    @Test
    void holeWithValidEntriesBehindIsATornTailWhereNothingVouchesForIt() throws IOException {
        Path open = open(0, 5);
        ByteArrayOutputStream torn = new ByteArrayOutputStream();
        torn.write(new byte[entry(6).length]);
        // Of the same flush: their leader knew of commits up to 5.
        torn.write(entry(7, NUMBER, 5, new byte[10]));
        torn.write(entry(8, NUMBER, 5, new byte[10]));
        append(open, 0, 5, torn.toByteArray());

        examine(2);

        assertThat(indexes()).isEqualTo(range(0, 5));
    }

    @Test
    void flippedBitInACommittedEntryKeepsTheMemberOut() throws IOException {
        Path closed = closed(0, 9);
        open(10, 14);
        damage(closed, 6);
        byte[] before = Files.readAllBytes(closed);

        assertThatThrownBy(() -> examine(3))
                .isInstanceOf(DamagedGroupException.class)
                .hasMessageContaining("damaged at 6")
                .hasMessageContaining("up to 12");

        assertThat(Files.readAllBytes(closed)).isEqualTo(before);
    }

    @Test
    void flippedBitInAnAppliedEntryHarmsNothing() throws IOException {
        Path closed = closed(0, 9);
        open(10, 14);
        damage(closed, 6);

        examine(8);

        assertThat(indexes()).isEqualTo(range(7, 14));
    }

    @Test
    void flippedBitInAnAppliedEntryOfTheOpenSegmentHarmsNothing() throws IOException {
        Path open = open(0, 9);
        damage(open, 3);
        damage(open, 5);

        examine(8);

        assertThat(indexes()).isEqualTo(range(6, 9));
    }

    @Test
    void logThatHoldsOnlyWhatIsAppliedMayGo() throws IOException {
        Path open = open(0, 3);
        damage(open, 3);

        examine(3);

        assertThat(indexes()).isEmpty();
    }

    @Test
    void entryOfAnotherGroupVouchesForNothing() throws IOException {
        Path open = open(0, 5);
        ByteArrayOutputStream torn = new ByteArrayOutputStream();
        torn.write(new byte[40]);
        torn.write(entry(9, NUMBER + 1, 8, new byte[10]));
        append(open, 0, 5, torn.toByteArray());

        examine(2);

        assertThat(indexes()).isEqualTo(range(0, 5));
    }

    @Test
    void entryInsideAPayloadVouchesForNothingWithoutTheGroupsNumber() throws IOException {
        Path open = open(0, 5);
        byte[] torn = entry(6, NUMBER, 4, entry(9, 0, 8, new byte[3]));
        torn[torn.length - 1] ^= 1;
        append(open, 0, 5, torn);

        examine(2);

        assertThat(indexes()).isEqualTo(range(0, 5));
    }

    @Test
    void missingSegmentOfCommittedEntriesKeepsTheMemberOut() throws IOException {
        closed(0, 4);
        open(10, 14);

        assertThatThrownBy(() -> examine(3)).isInstanceOf(DamagedGroupException.class);
    }

    @Test
    void cutInAClosedSegmentGivesItItsNewName() throws IOException {
        Path closed = closed(0, 9);
        damage(closed, 9);

        examine(7);

        assertThat(indexes()).isEqualTo(range(0, 8));
        assertThat(log.resolve(SegmentFile.closedName(0, 8))).exists();
    }

    @Test
    void logThatBeginsBehindTheStoreIsALoss() throws IOException {
        open(10, 14);

        assertThatThrownBy(() -> examine(5)).isInstanceOf(DamagedGroupException.class);
    }

    @Test
    void termOfTheLastEntryRaisesTheRecordedOne() throws IOException {
        open(0, 5);
        new RaftMeta(1, "n2~1").write(log);

        examine(2);

        assertThat(RaftMeta.read(log)).isEqualTo(new RaftMeta(2, ""));
    }

    @Test
    void unreadableTermKeepsTheMemberOut() throws IOException {
        Files.writeString(log.resolve(RaftMeta.NAME), "term=x\nvotedFor=\n");

        assertThatThrownBy(() -> examine(2)).isInstanceOf(DamagedGroupException.class);
    }
}
