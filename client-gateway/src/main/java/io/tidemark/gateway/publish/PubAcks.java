package io.tidemark.gateway.publish;

import io.tidemark.gateway.subject.Message;
import io.tidemark.gateway.subject.RouteCache;
import io.tidemark.gateway.subject.SubjectRouter;
import io.tidemark.storage.Bytes;
import io.tidemark.storage.BytesWriter;
import io.tidemark.stream.model.Rejected;
import java.nio.charset.StandardCharsets;

/** Writes acknowledgements of publishes and sends them. One per event loop, owned by it. */
public final class PubAcks {
    private final int loop;
    private final SubjectRouter router;
    private final String domain;

    /** {@code domain} is empty for none. */
    public PubAcks(int loop, SubjectRouter router, String domain) {
        this.loop = loop;
        this.router = router;
        this.domain = domain;
    }

    void stored(RouteCache account, String reply, String stream, long sequence) {
        send(account, reply, head(stream).utf8(Long.toString(sequence)).u8('}').toBytes());
    }

    void duplicate(RouteCache account, String reply, String stream, long sequence) {
        send(
                account,
                reply,
                head(stream)
                        .utf8(Long.toString(sequence))
                        .utf8(",\"duplicate\": true}")
                        .toBytes());
    }

    void rejected(RouteCache account, String reply, String stream, Rejected reason) {
        send(account, reply, error(stream, reason));
    }

    private BytesWriter head(String stream) {
        BytesWriter json = new BytesWriter(64).utf8("{\"stream\":\"").utf8(stream);
        if (!domain.isEmpty()) {
            json.utf8("\",\"domain\":\"").utf8(domain);
        }
        return json.utf8("\",\"seq\":");
    }

    private static Bytes error(String stream, Rejected reason) {
        String json = "{\"error\":{\"code\":" + reason.error().code()
                + ",\"err_code\":" + reason.error().errorCode()
                + ",\"description\":\"" + escaped(reason.description())
                + "\"},\"stream\":\"" + stream + "\",\"seq\":0}";
        return Bytes.wrap(json.getBytes(StandardCharsets.UTF_8));
    }

    private static String escaped(String text) {
        StringBuilder json = new StringBuilder(text.length() + 8);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c < ' ') {
                json.append(String.format("\\u%04x", (int) c));
            } else {
                json.append(c);
            }
        }
        return json.toString();
    }

    private void send(RouteCache account, String reply, Bytes json) {
        Message ack = new Message(reply, "", Bytes.EMPTY, json);
        router.deliver(loop, account, router.match(account, reply), reply, ack, null);
    }
}
