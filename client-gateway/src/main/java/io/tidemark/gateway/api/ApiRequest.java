package io.tidemark.gateway.api;

import io.tidemark.storage.Bytes;

/**
 * A message to one of the API's subjects, as an event loop received it.
 *
 * @param reply empty where no answer is wanted
 * @param headers the raw header block, empty for none
 * @param client who sent it, for the audit
 */
public record ApiRequest(
        String account, String subject, String reply, Bytes headers, Bytes payload, ClientDescription client) {
    /** Tells who sent a request, when somebody listens to the audit. */
    public interface ClientDescription {
        io.tidemark.gateway.json.ClientInfo info();

        /** What {@code $SYS.REQ.USER.INFO} says of the client's user. */
        io.tidemark.gateway.json.UserInfo user();
    }
}
