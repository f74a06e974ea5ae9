package io.tidemark.gateway.api;

import io.tidemark.gateway.json.Json;
import java.util.List;

/**
 * A part of a sorted list.
 *
 * @param total of the whole list
 * @param offset of the first item here; the total where the request asked for more
 * @param limit how many items a page has at most
 */
record Page<T>(int total, int offset, int limit, List<T> items) {
    static final int NAMES = 1024;
    static final int INFOS = 256;
    static final int SUBJECTS = 100_000;

    static <T> Page<T> of(List<T> all, int offset, int limit) {
        int from = Math.max(0, Math.min(offset, all.size()));
        return new Page<>(all.size(), from, limit, all.subList(from, Math.min(all.size(), from + limit)));
    }

    void write(Json json) {
        json.number("total", total).number("offset", offset).number("limit", limit);
    }
}
