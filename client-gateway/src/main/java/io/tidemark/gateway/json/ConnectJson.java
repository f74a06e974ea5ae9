package io.tidemark.gateway.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.tidemark.gateway.wire.ConnectOptions;
import io.tidemark.gateway.wire.ConnectOptions.ClientSoftware;
import io.tidemark.gateway.wire.ConnectOptions.Credentials;
import io.tidemark.gateway.wire.ConnectOptions.Delivery;
import io.tidemark.storage.Bytes;
import java.io.IOException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** CONNECT's argument. Keys match in any case, unknown ones are skipped. */
public final class ConnectJson {
    private static final JsonFactory FACTORY = new JsonFactory();
    private static final Set<String> FLAGS =
            Set.of("verbose", "pedantic", "echo", "headers", "no_responders", "tls_required", "new_account");
    private static final Set<String> TEXTS = Set.of(
            "user", "pass", "auth_token", "nkey", "jwt", "sig", "name", "lang", "version", "account", "proxy_sig");

    private ConnectJson() {}

    /** What it says, over what was said before; empty where it isn't such an object. */
    public static Optional<ConnectOptions> read(Bytes json, ConnectOptions before) {
        try (JsonParser parser = FACTORY.createParser(json.array(), json.offset(), json.size())) {
            Map<String, Object> fields = new HashMap<>();
            boolean fine = readObject(parser, fields) && parser.nextToken() == null;
            return fine ? Optional.of(options(fields, before)) : Optional.empty();
        } catch (IOException notJson) {
            return Optional.empty();
        }
    }

    private static boolean readObject(JsonParser parser, Map<String, Object> fields) throws IOException {
        JsonToken first = parser.nextToken();
        if (first == JsonToken.VALUE_NULL) {
            return true;
        }
        if (first != JsonToken.START_OBJECT) {
            return false;
        }
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String key = parser.currentName().toLowerCase(Locale.ROOT);
            JsonToken value = parser.nextToken();
            if (value == JsonToken.VALUE_NULL) {
                continue;
            }
            if (FLAGS.contains(key)) {
                if (!value.isBoolean()) {
                    return false;
                }
                fields.put(key, parser.getBooleanValue());
            } else if (TEXTS.contains(key)) {
                if (value != JsonToken.VALUE_STRING) {
                    return false;
                }
                fields.put(key, parser.getText());
            } else if (key.equals("protocol")) {
                if (value != JsonToken.VALUE_NUMBER_INT) {
                    return false;
                }
                fields.put(key, parser.getIntValue());
            } else {
                parser.skipChildren();
            }
        }
        return true;
    }

    private static ConnectOptions options(Map<String, Object> fields, ConnectOptions before) {
        Delivery delivery = before.delivery();
        Credentials credentials = before.credentials();
        ClientSoftware software = before.software();
        return new ConnectOptions(
                new Delivery(
                        flag(fields, "verbose", delivery.verbose()),
                        flag(fields, "pedantic", delivery.pedantic()),
                        flag(fields, "echo", delivery.echo()),
                        flag(fields, "headers", delivery.headers()),
                        flag(fields, "no_responders", delivery.noResponders())),
                new Credentials(
                        text(fields, "user", credentials.user()),
                        text(fields, "pass", credentials.password()),
                        text(fields, "auth_token", credentials.token()),
                        text(fields, "nkey", credentials.nkey()),
                        text(fields, "jwt", credentials.jwt()),
                        text(fields, "sig", credentials.signature())),
                new ClientSoftware(
                        text(fields, "name", software.name()),
                        text(fields, "lang", software.language()),
                        text(fields, "version", software.version())),
                fields.get("protocol") instanceof Integer number ? number : before.protocol(),
                !text(fields, "account", "").isEmpty() || flag(fields, "new_account", before.accountGiven()));
    }

    private static boolean flag(Map<String, Object> fields, String key, boolean otherwise) {
        return fields.get(key) instanceof Boolean value ? value : otherwise;
    }

    private static String text(Map<String, Object> fields, String key, String otherwise) {
        return fields.get(key) instanceof String value ? value : otherwise;
    }
}
