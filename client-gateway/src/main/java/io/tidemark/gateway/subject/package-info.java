/**
 * Who gets what: {@link io.tidemark.gateway.subject.SubjectTree} finds what matches a subject, {@link
 * io.tidemark.gateway.subject.SubjectRouter} delivers to subscribers here and on other nodes and names the streams and
 * services that take a message, {@link io.tidemark.gateway.subject.SubjectOutbox} is the way of streams' leaders to
 * clients. Changes come from any event loop; matching takes no lock. No sockets here.
 */
@NullMarked
package io.tidemark.gateway.subject;

import org.jspecify.annotations.NullMarked;
