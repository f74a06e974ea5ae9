package io.tidemark.raft;

import java.util.UUID;

/** A group's random identity: a group that is deleted and created again is another one. */
public record GroupId(UUID value) {
    public static GroupId parse(String text) {
        return new GroupId(UUID.fromString(text));
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
