package io.tidemark.gateway.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.tidemark.gateway.wire.ServerInfo;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;

/** INFO's argument. */
public final class InfoJson {
    private static final JsonFactory FACTORY = new JsonFactory();

    private InfoJson() {}

    public static String write(ServerInfo info) {
        StringWriter text = new StringWriter(512);
        try (JsonGenerator json = FACTORY.createGenerator(text)) {
            json.writeStartObject();
            writeServer(json, info);
            writeClient(json, info.client());
            writeCluster(json, info);
            json.writeEndObject();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return text.toString();
    }

    private static void writeServer(JsonGenerator json, ServerInfo info) throws IOException {
        json.writeStringField("server_id", info.identity().serverId());
        json.writeStringField("server_name", info.identity().serverName());
        json.writeStringField("version", info.identity().version());
        json.writeNumberField("proto", 1);
        text(json, "git_commit", info.identity().commit());
        json.writeStringField("go", info.identity().runtime());
        json.writeStringField("host", info.listening().host());
        json.writeNumberField("port", info.listening().port());
        json.writeBooleanField("headers", true);
        flag(json, "auth_required", info.security().authRequired());
        flag(json, "tls_required", info.security().tlsRequired());
        flag(json, "tls_verify", info.security().tlsVerify());
        json.writeNumberField("max_payload", info.maxPayload());
        flag(json, "jetstream", info.cluster().jetStream());
    }

    private static void writeClient(JsonGenerator json, ServerInfo.Client client) throws IOException {
        if (client.id() != 0) {
            json.writeNumberField("client_id", client.id());
        }
        text(json, "client_ip", client.address());
        if (client.connectInfo()) {
            flag(json, "connect_info", true);
            text(json, "remote_account", client.account());
            flag(json, "acc_is_sys", client.systemAccount());
        }
    }

    private static void writeCluster(JsonGenerator json, ServerInfo info) throws IOException {
        text(json, "nonce", info.security().nonce());
        text(json, "cluster", info.cluster().name());
        text(json, "domain", info.cluster().domain());
        if (!info.cluster().connectUrls().isEmpty()) {
            json.writeArrayFieldStart("connect_urls");
            for (String url : info.cluster().connectUrls()) {
                json.writeString(url);
            }
            json.writeEndArray();
        }
        flag(json, "ldm", info.cluster().lameDuck());
        text(json, "xkey", info.security().xkey());
        json.writeNumberField("api_lvl", ServerInfo.API_LEVEL);
    }

    private static void text(JsonGenerator json, String key, String value) throws IOException {
        if (!value.isEmpty()) {
            json.writeStringField(key, value);
        }
    }

    private static void flag(JsonGenerator json, String key, boolean value) throws IOException {
        if (value) {
            json.writeBooleanField(key, true);
        }
    }
}
