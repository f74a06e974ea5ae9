package io.tidemark.gateway.api;

import io.tidemark.storage.Bytes;

/**
 * A message to one of the API's subjects, as an event loop received it.
 *
 * @param reply empty where no answer is wanted
 * @param headers the raw header block, empty for none
 * @param client who sent it
 */
public record ApiRequest(
        String account, String subject, String reply, Bytes headers, Bytes payload, ClientDescription client) {}
