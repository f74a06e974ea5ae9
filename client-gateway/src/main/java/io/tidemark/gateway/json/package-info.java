/**
 * The API's JSON: one mapping class per type, each a table of its fields. The only package that knows Jackson.
 *
 * <p>Reading is as strict as upstream's and refuses with its texts, which are Go's. Writing keeps upstream's order of
 * fields, and leaves out or always writes the same ones. Everything here is stateless; any thread.
 */
@NullMarked
package io.tidemark.gateway.json;

import org.jspecify.annotations.NullMarked;
