package io.tidemark.gateway.api;

import io.tidemark.gateway.api.ClientDescription.Permissions;
import io.tidemark.gateway.api.ClientDescription.UserInfo;
import io.tidemark.gateway.api.Descriptions.Described;
import io.tidemark.gateway.json.AccountInfoJson;
import io.tidemark.gateway.json.AccountInfoJson.AccountUse;
import io.tidemark.gateway.json.AccountInfoJson.ApiUse;
import io.tidemark.gateway.json.Json;
import io.tidemark.storage.Bytes;
import io.tidemark.stream.model.ApiLevel;
import io.tidemark.stream.model.StreamConfig;
import io.tidemark.stream.model.StreamConfig.Storage;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToLongFunction;

/** What an account uses and may use; who the asking user is. */
final class AccountApi {
    private static final int FLAG_JETSTREAM = 1;

    private final ApiServices services;
    private final StreamIndex index;
    private final Descriptions descriptions;
    private final ApiCounters counters;
    private final AtomicLong userInfoSequence = new AtomicLong();

    AccountApi(ApiServices services, StreamIndex index, Descriptions descriptions, ApiCounters counters) {
        this.services = services;
        this.index = index;
        this.descriptions = descriptions;
        this.counters = counters;
    }

    /** What streams whose leader doesn't answer hold isn't counted. */
    CompletableFuture<ApiAnswer> info(ApiCall call) {
        ApiUse api = new ApiUse(counters.total(call.account()), counters.errors(call.account()));
        String domain = services.server().domain();
        return descriptions
                .streams(index.all(call.account()))
                .thenApply(streams -> call.success(json ->
                        AccountInfoJson.write(json, use(streams), call.limits().caps(), domain, api)));
    }

    /** The answer to {@code $SYS.REQ.USER.INFO}. */
    Bytes userInfo(ApiRequest request) {
        UserInfo user = request.client().user();
        return Json.object(json -> json.object("server", this::writeServer).object("data", data -> {
            data.text("user", user.user()).text("account", user.account()).text("account_name", user.account());
            if (!user.publish().isAll() || !user.subscribe().isAll()) {
                data.object("permissions", permissions -> {
                    writePermissions(permissions, "publish", user.publish());
                    writePermissions(permissions, "subscribe", user.subscribe());
                });
            }
            data.numberIfAny("expires", user.expiresNanos());
        }));
    }

    private static AccountUse use(List<Described> streams) {
        return new AccountUse(
                sum(streams, Storage.MEMORY, AccountApi::heldBytes),
                sum(streams, Storage.FILE, AccountApi::heldBytes),
                sum(streams, Storage.MEMORY, AccountApi::reservedBytes),
                sum(streams, Storage.FILE, AccountApi::reservedBytes),
                streams.size(),
                streams.stream()
                        .mapToInt(described -> described.stream().consumers().size())
                        .sum());
    }

    private static long sum(List<Described> streams, Storage storage, ToLongFunction<Described> bytes) {
        return streams.stream()
                .filter(described -> described.stream().config().storage() == storage)
                .mapToLong(bytes)
                .sum();
    }

    /** Every replica's counts. */
    private static long heldBytes(Described described) {
        long bytes = described.status().map(status -> status.state().bytes()).orElse(0L);
        return bytes * described.stream().config().replicas();
    }

    private static long reservedBytes(Described described) {
        StreamConfig config = described.stream().config();
        return Math.max(0, config.limits().maxBytes()) * config.replicas();
    }

    private static void writePermissions(Json json, String name, Permissions permissions) {
        if (!permissions.isAll()) {
            json.object(
                    name,
                    lists -> lists.textsIfAny("allow", permissions.allow()).textsIfAny("deny", permissions.deny()));
        }
    }

    private void writeServer(Json json) {
        ServerIdentity server = services.server();
        json.text("name", server.name())
                .text("host", server.host())
                .text("id", server.id())
                .textIfAny("cluster", server.clusterName())
                .textIfAny("domain", server.domain())
                .text("ver", ApiLevel.SERVER_VERSION)
                .flag("jetstream", true)
                .number("flags", FLAG_JETSTREAM)
                .number("seq", userInfoSequence.incrementAndGet())
                .time("time", services.nowNanos().getAsLong());
    }
}
