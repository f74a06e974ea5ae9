package io.tidemark.node;

import io.tidemark.gateway.json.Json;
import io.tidemark.meta.MetaImage;
import io.tidemark.meta.MetaImage.StreamAssignment;
import io.tidemark.node.Monitoring.Answer;
import io.tidemark.node.Monitoring.Query;
import io.tidemark.node.config.NodeConfig;
import io.tidemark.raft.PeerId;
import io.tidemark.storage.Bytes;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** {@code /healthz}: whether this node, or an account, a stream or a consumer on it, is well. */
final class HealthPage {
    private final NodeConfig config;
    private final Supplier<@Nullable Backend> backend;

    HealthPage(NodeConfig config, Supplier<@Nullable Backend> backend) {
        this.config = config;
        this.backend = backend;
    }

    /** What isn't well; errors name it and what it belongs to. */
    private enum Kind {
        BAD_REQUEST,
        JETSTREAM,
        ACCOUNT,
        STREAM,
        CONSUMER
    }

    private record Ailment(int status, Kind kind, String error) {}

    /** What is asked about; empty where it isn't. */
    private record Asset(String account, String stream, String consumer) {}

    Answer answer(Query query) {
        boolean isDetailed = query.flag("details");
        Asset asset = new Asset(query.text("account"), query.text("stream"), query.text("consumer"));
        Backend behind = backend.get();
        Optional<Ailment> found = behind == null ? Optional.empty() : ailment(behind, query, asset);
        int status = found.map(Ailment::status).orElse(200);
        Bytes body = Json.object(json -> found.ifPresentOrElse(
                ailment -> write(json, ailment, asset, isDetailed), () -> json.text("status", "ok")));
        return new Answer(status, "application/json", body);
    }

    private static void write(Json json, Ailment ailment, Asset asset, boolean isDetailed) {
        boolean isError = isDetailed || ailment.kind == Kind.BAD_REQUEST;
        json.text("status", isError ? "error" : "unavailable");
        if (!isDetailed) {
            json.text("error", ailment.error);
            return;
        }
        json.objects("errors", List.of(ailment), (fields, one) -> {
            fields.text("type", one.kind.name());
            if (one.kind.compareTo(Kind.ACCOUNT) >= 0) {
                fields.text("account", asset.account);
            }
            if (one.kind.compareTo(Kind.STREAM) >= 0) {
                fields.text("stream", asset.stream);
            }
            if (one.kind == Kind.CONSUMER) {
                fields.text("consumer", asset.consumer);
            }
            fields.text("error", one.error);
        });
    }

    private Optional<Ailment> ailment(Backend behind, Query query, Asset asset) {
        if (asset.account.isEmpty() && !asset.stream.isEmpty()) {
            return ailment(400, Kind.BAD_REQUEST, "\"account\" must not be empty when checking stream health");
        }
        if (asset.stream.isEmpty() && !asset.consumer.isEmpty()) {
            return ailment(400, Kind.BAD_REQUEST, "\"stream\" must not be empty when checking consumer health");
        }
        if (!behind.isReady() && !(behind.isStarted() && query.flag("js-server-only"))) {
            return ailment(503, Kind.JETSTREAM, "JetStream has not established contact with a meta leader");
        }
        if (query.flag("js-enabled-only") || query.flag("js-server-only") || asset.account.isEmpty()) {
            return Optional.empty();
        }
        if (config.authorization().jetStreamAccounts().stream()
                .noneMatch(account -> account.name().equals(asset.account))) {
            return ailment(404, Kind.ACCOUNT, "JetStream account \"" + asset.account + "\" not found");
        }
        return asset.stream.isEmpty() ? Optional.empty() : ofStream(behind, asset);
    }

    private static Optional<Ailment> ofStream(Backend behind, Asset asset) {
        MetaImage image = behind.meta().map(meta -> meta.image()).orElse(MetaImage.EMPTY);
        StreamAssignment stream = image.stream(asset.account, asset.stream).orElse(null);
        if (stream == null) {
            return ailment(
                    404,
                    Kind.STREAM,
                    "JetStream stream \"" + asset.stream + "\" not found on account \"" + asset.account + "\"");
        }
        if (!asset.consumer.isEmpty() && !stream.consumers().containsKey(asset.consumer)) {
            return ailment(
                    404,
                    Kind.CONSUMER,
                    "JetStream consumer \"" + asset.consumer + "\" not found for stream \"" + asset.stream
                            + "\" on account \"" + asset.account + "\"");
        }
        PeerId self = behind.host().map(host -> host.self()).orElse(null);
        return stream.peers().contains(self) && behind.running(stream).isEmpty()
                ? ailment(
                        503,
                        Kind.STREAM,
                        "JetStream stream '" + asset.account + " > " + asset.stream
                                + "' is not current: its replica isn't running here")
                : Optional.empty();
    }

    private static Optional<Ailment> ailment(int status, Kind kind, String error) {
        return Optional.of(new Ailment(status, kind, error));
    }
}
