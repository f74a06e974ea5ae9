package io.tidemark.stream.model;

import io.tidemark.storage.Bytes;

/**
 * A message as a stream holds it.
 *
 * @param headers the raw header block, empty where there is none
 * @param timeNanos when it was stored, since the epoch
 */
public record StoredMessage(long sequence, long timeNanos, String subject, Bytes headers, Bytes payload) {}
