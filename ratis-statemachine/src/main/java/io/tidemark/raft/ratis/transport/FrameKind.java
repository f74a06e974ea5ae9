package io.tidemark.raft.ratis.transport;

import org.jspecify.annotations.Nullable;

/** What a frame carries. Codes are part of the wire format. */
enum FrameKind {
    /** The first frame of a connection: {@link Frames#GREETING}. */
    HELLO(1),
    APPEND(2),
    VOTE(3),
    INSTALL(4),
    STAND(5),
    TERMS(6),
    /** The answer to a request: a message whose type its kind tells. */
    ANSWER(16),
    /** The request wasn't handled: why, in UTF-8. */
    REFUSAL(17);

    private static final FrameKind[] KINDS = values();

    private final byte code;

    FrameKind(int code) {
        this.code = (byte) code;
    }

    byte code() {
        return code;
    }

    /** Null for a code that isn't known. */
    static @Nullable FrameKind of(byte code) {
        for (FrameKind kind : KINDS) {
            if (kind.code == code) {
                return kind;
            }
        }
        return null;
    }
}
