package io.tidemark.stream.command;

import io.tidemark.storage.Bytes;
import io.tidemark.stream.command.proto.EntryRecord;
import io.tidemark.stream.command.proto.ReplyRecord;
import io.tidemark.stream.command.proto.RequestRecord;
import io.tidemark.stream.command.proto.ResponseRecord;

/**
 * The bytes of stream commands, replies, requests and responses: {@code stream.proto}. The same value is always the same
 * bytes. What is decoded shares the input's array; decoding throws {@link IllegalArgumentException} where the input is
 * damaged or names something unknown.
 */
public final class StreamCodec {
    private StreamCodec() {}

    /** As {@link StreamEntry#encode()}. */
    static Bytes encode(StreamEntry entry) {
        return ProtoBytes.encode(EntryMapping.write(entry));
    }

    /** A log entry's command. */
    public static StreamEntry decodeEntry(Bytes bytes) {
        return EntryMapping.read(ProtoBytes.parse(EntryRecord.parser(), bytes));
    }

    /** As {@link StreamRequest#encode()}. */
    static Bytes encode(StreamRequest request) {
        return ProtoBytes.encode(CallMapping.write(request));
    }

    /** What a gateway asks. */
    public static StreamRequest decodeRequest(Bytes bytes) {
        return CallMapping.read(ProtoBytes.parse(RequestRecord.parser(), bytes));
    }

    /** The answer to a request. */
    public static Bytes encode(StreamResponse response) {
        return ProtoBytes.encode(CallMapping.write(response));
    }

    /** The answer to a request. */
    public static StreamResponse decodeResponse(Bytes bytes) {
        return CallMapping.read(ProtoBytes.parse(ResponseRecord.parser(), bytes));
    }

    /** A command's reply, as it is kept for repetitions. */
    public static Bytes encode(StreamReply reply) {
        return ProtoBytes.encode(EntryMapping.write(reply));
    }

    /** A command's reply, as it is kept for repetitions. */
    public static StreamReply decodeReply(Bytes bytes) {
        return EntryMapping.read(ProtoBytes.parse(ReplyRecord.parser(), bytes));
    }
}
