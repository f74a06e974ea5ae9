package io.tidemark.stream.command;

import com.google.protobuf.ByteOutput;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import com.google.protobuf.UnsafeByteOperations;
import io.tidemark.storage.Bytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;

/** Between {@link Bytes} and protobuf without copying: both sides never change what they share. */
final class ProtoBytes {
    private ProtoBytes() {}

    static ByteString wrap(Bytes bytes) {
        return UnsafeByteOperations.unsafeWrap(bytes.array(), bytes.offset(), bytes.size());
    }

    static Bytes unwrap(ByteString string) {
        Capture capture = new Capture();
        try {
            UnsafeByteOperations.unsafeWriteTo(string, capture);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return capture.bytes;
    }

    static Bytes encode(MessageLite message) {
        return Bytes.wrap(message.toByteArray());
    }

    /** Fields of type bytes share the input's array. */
    static <T> T parse(Parser<T> parser, Bytes bytes) {
        CodedInputStream input = wrap(bytes).newCodedInput();
        input.enableAliasing(true);
        try {
            T parsed = parser.parseFrom(input);
            input.checkLastTagWas(0);
            return parsed;
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException("not a valid message", e);
        }
    }

    private static final class Capture extends ByteOutput {
        private Bytes bytes = Bytes.EMPTY;

        @Override
        public void write(byte value) {
            bytes = bytes.concat(Bytes.wrap(new byte[] {value}));
        }

        @Override
        public void write(byte[] value, int offset, int length) {
            byte[] copy = new byte[length];
            System.arraycopy(value, offset, copy, 0, length);
            bytes = bytes.concat(Bytes.wrap(copy));
        }

        @Override
        public void writeLazy(byte[] value, int offset, int length) {
            Bytes part = Bytes.wrap(value, offset, length);
            bytes = bytes.isEmpty() ? part : bytes.concat(part);
        }

        @Override
        public void write(ByteBuffer value) {
            bytes = bytes.concat(Bytes.copyOf(value));
        }

        @Override
        public void writeLazy(ByteBuffer value) {
            write(value);
        }
    }
}
