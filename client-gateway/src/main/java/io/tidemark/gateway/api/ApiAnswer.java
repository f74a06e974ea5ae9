package io.tidemark.gateway.api;

import io.tidemark.storage.Bytes;

/**
 * A response's JSON.
 *
 * @param failed whether it holds an error
 * @param audited whether the audit tells of it
 */
record ApiAnswer(Bytes json, boolean failed, boolean audited) {
    /** No answer at all. */
    static final ApiAnswer SILENCE = new ApiAnswer(Bytes.EMPTY, false, false);

    boolean isSilent() {
        return json.isEmpty();
    }

    ApiAnswer unaudited() {
        return new ApiAnswer(json, failed, false);
    }
}
