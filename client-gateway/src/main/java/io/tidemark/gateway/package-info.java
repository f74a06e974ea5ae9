/** The door for clients: {@link io.tidemark.gateway.Gateway} puts sessions, subjects and publishing together. */
@NullMarked
package io.tidemark.gateway;

import org.jspecify.annotations.NullMarked;
