package io.tidemark.raft.ratis;

import com.google.protobuf.CodedInputStream;
import io.tidemark.raft.ratis.proto.EntryHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.jspecify.annotations.Nullable;

/**
 * One file of Ratis' log: the header, then entries as length (varint), protobuf and CRC-32C over both, then zeros.
 *
 * @param end last index, or {@link #OPEN} for the segment that is being written
 */
record SegmentFile(Path path, long start, long end) {
    static final long OPEN = Long.MAX_VALUE;

    private static final byte[] HEADER = "RaftLog1".getBytes(StandardCharsets.UTF_8);
    private static final Pattern CLOSED_NAME = Pattern.compile("log_(\\d+)-(\\d+)");
    private static final Pattern OPEN_NAME = Pattern.compile("log_inprogress_(\\d+)");
    private static final int TERM_TAG = 0x08;

    /**
     * A valid entry.
     *
     * @param size with length and checksum
     * @param groupNumber 0 where it isn't one of ours (a configuration)
     */
    record Found(
            SegmentFile segment, long index, long term, int offset, int size, long groupNumber, long commitIndex) {}

    static List<SegmentFile> list(Path directory) throws IOException {
        List<SegmentFile> segments = new ArrayList<>();
        List<Path> children;
        try (Stream<Path> stream = Files.list(directory)) {
            children = stream.toList();
        }
        for (Path child : children) {
            String name = child.getFileName().toString();
            Matcher closed = CLOSED_NAME.matcher(name);
            Matcher open = OPEN_NAME.matcher(name);
            if (closed.matches()) {
                segments.add(new SegmentFile(child, Long.parseLong(closed.group(1)), Long.parseLong(closed.group(2))));
            } else if (open.matches()) {
                segments.add(new SegmentFile(child, Long.parseLong(open.group(1)), OPEN));
            }
        }
        segments.sort(Comparator.comparingLong(SegmentFile::start));
        return segments;
    }

    static String openName(long start) {
        return "log_inprogress_" + start;
    }

    static String closedName(long start, long end) {
        return "log_" + start + "-" + end;
    }

    boolean isOpen() {
        return end == OPEN;
    }

    /** Adds the entries up to the first bad byte; true where there is none. */
    boolean read(List<Found> into) throws IOException {
        byte[] file = Files.readAllBytes(path);
        int length = Math.min(file.length, HEADER.length);
        if (!Arrays.equals(file, 0, length, HEADER, 0, length)) {
            return isOpen() && isZero(file, 0);
        }
        int offset = length;
        long index = start;
        for (Found entry; (entry = entryAt(file, offset)) != null && entry.index() == index; index++) {
            into.add(entry);
            offset += entry.size();
        }
        return isZero(file, offset) && (isOpen() || index == end + 1);
    }

    /** Adds the valid entries from an index on, wherever they stand in the file. */
    void search(long fromIndex, List<Found> into) throws IOException {
        byte[] file = Files.readAllBytes(path);
        for (int offset = HEADER.length; offset < file.length; ) {
            Found entry = entryAt(file, offset);
            if (entry == null) {
                offset++;
                continue;
            }
            if (entry.index() >= fromIndex && entry.index() <= end) {
                into.add(entry);
            }
            offset += entry.size();
        }
    }

    /** Writes a segment that begins with the entry at an offset, synced. */
    void copyFrom(int offset, Path target) throws IOException {
        byte[] file = Files.readAllBytes(path);
        try (FileChannel channel = FileChannel.open(
                target, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            writeFully(channel, ByteBuffer.wrap(HEADER));
            writeFully(channel, ByteBuffer.wrap(file, offset, file.length - offset));
            channel.force(true);
        }
    }

    private static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    private @Nullable Found entryAt(byte[] file, int offset) {
        int at = offset;
        int length = 0;
        for (int shift = 0; ; shift += 7) {
            if (at >= file.length || shift > 28) {
                return null;
            }
            byte next = file[at++];
            length |= (next & 0x7f) << shift;
            if (next >= 0) {
                break;
            }
        }
        // Every entry has a term, its first field: cheap to see before the checksum is computed.
        if (length <= 0
                || length > RatisSettings.ENTRY_BYTES_MAX
                || length > file.length - at - 4
                || file[at] != TERM_TAG) {
            return null;
        }
        CRC32C checksum = new CRC32C();
        checksum.update(file, offset, at + length - offset);
        if ((int) checksum.getValue() != ByteBuffer.wrap(file, at + length, 4).getInt()) {
            return null;
        }
        return parse(file, offset, at, length);
    }

    private @Nullable Found parse(byte[] file, int offset, int at, int length) {
        int size = at + length + 4 - offset;
        try {
            LogEntryProto entry = LogEntryProto.parser().parseFrom(file, at, length);
            EntryHeader header = EntryHeader.getDefaultInstance();
            if (entry.hasStateMachineLogEntry()) {
                header = headerOf(entry.getStateMachineLogEntry().getLogData().toByteArray());
            }
            return new Found(
                    this,
                    entry.getIndex(),
                    entry.getTerm(),
                    offset,
                    size,
                    header.getGroupNumber(),
                    header.getCommitIndex());
        } catch (IOException e) {
            return null;
        }
    }

    private static EntryHeader headerOf(byte[] content) throws IOException {
        CodedInputStream in = CodedInputStream.newInstance(content);
        return in.readTag() == 0 ? EntryHeader.getDefaultInstance() : EntryHeader.parseFrom(in.readByteArray());
    }

    private static boolean isZero(byte[] file, int from) {
        for (int i = from; i < file.length; i++) {
            if (file[i] != 0) {
                return false;
            }
        }
        return true;
    }
}
