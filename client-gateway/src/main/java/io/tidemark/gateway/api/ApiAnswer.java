package io.tidemark.gateway.api;

import io.tidemark.storage.Bytes;

/**
 * A response's JSON.
 *
 * @param failed whether it holds an error
 * @param audited whether the audit tells of it
 */
record ApiAnswer(Bytes json, boolean failed, boolean audited) {
    static ApiAnswer success(Bytes json) {
        return new ApiAnswer(json, false, true);
    }

    static ApiAnswer failure(Bytes json) {
        return new ApiAnswer(json, true, true);
    }

    ApiAnswer unaudited() {
        return new ApiAnswer(json, failed, false);
    }
}
