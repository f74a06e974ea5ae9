package io.tidemark.gateway.subject;

import io.tidemark.storage.Bytes;

/**
 * A message on its way to subscribers.
 *
 * @param subject what the subscriber sees
 * @param reply empty for none
 * @param headers the raw block, empty for none
 */
public record Message(String subject, String reply, Bytes headers, Bytes payload) {
    public int size() {
        return headers.size() + payload.size();
    }
}
