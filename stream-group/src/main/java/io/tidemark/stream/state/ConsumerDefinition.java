package io.tidemark.stream.state;

import io.tidemark.storage.Bytes;

/**
 * What a consumer was made as.
 *
 * @param revision the meta revision of the last {@code PutConsumer}
 * @param snapshotLast for last per subject: up to here only the last message of each subject counts; else 0
 * @param config encoded, as {@code ConfigCodec} writes it
 */
record ConsumerDefinition(long revision, long createdAtNanos, long snapshotLast, Bytes config) {}
