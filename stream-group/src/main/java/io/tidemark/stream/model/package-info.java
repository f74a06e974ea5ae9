/**
 * The vocabulary of streams: names, subjects, configs and their rules, messages, API errors. Values and pure functions
 * only; used by every module above and by {@code meta-group}.
 */
@NullMarked
package io.tidemark.stream.model;

import org.jspecify.annotations.NullMarked;
