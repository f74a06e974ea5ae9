package io.tidemark.raft.ratis;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import io.tidemark.raft.ratis.proto.Entry;
import io.tidemark.raft.ratis.proto.EntryHeader;
import io.tidemark.storage.Bytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** The bytes of a log entry: protobuf's {@link Entry}, written and read without copying its commands twice. */
final class EntryCodec {
    /** A log entry's header and its commands' bytes. */
    record Decoded(EntryHeader header, List<Bytes> commands) {}

    private static final int HEADER_TAG = tag(Entry.HEADER_FIELD_NUMBER);
    private static final int COMMAND_TAG = tag(Entry.COMMANDS_FIELD_NUMBER);

    private EntryCodec() {}

    static byte[] encode(EntryHeader header, List<Bytes> commands) {
        int size = CodedOutputStream.computeMessageSize(Entry.HEADER_FIELD_NUMBER, header);
        for (Bytes command : commands) {
            size += sizeOf(command.size());
        }
        byte[] target = new byte[size];
        CodedOutputStream out = CodedOutputStream.newInstance(target);
        try {
            out.writeMessage(Entry.HEADER_FIELD_NUMBER, header);
            for (Bytes command : commands) {
                out.writeUInt32NoTag(COMMAND_TAG);
                out.writeUInt32NoTag(command.size());
                out.write(command.array(), command.offset(), command.size());
            }
            out.checkNoSpaceLeft();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return target;
    }

    /** What a command of so many bytes adds to an entry. */
    static int sizeOf(int commandBytes) {
        return 1 + CodedOutputStream.computeUInt32SizeNoTag(commandBytes) + commandBytes;
    }

    /** The commands share the array. */
    static Decoded decode(byte[] source) throws IOException {
        CodedInputStream in = CodedInputStream.newInstance(source);
        EntryHeader header = EntryHeader.getDefaultInstance();
        List<Bytes> commands = new ArrayList<>();
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (tag == COMMAND_TAG) {
                int size = in.readRawVarint32();
                commands.add(Bytes.wrap(source, in.getTotalBytesRead(), size));
                in.skipRawBytes(size);
            } else if (tag == HEADER_TAG) {
                header = EntryHeader.parseFrom(in.readByteArray());
            } else if (!in.skipField(tag)) {
                throw new IOException("not an entry: tag " + tag);
            }
        }
        return new Decoded(header, commands);
    }

    private static int tag(int field) {
        return field << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;
    }
}
