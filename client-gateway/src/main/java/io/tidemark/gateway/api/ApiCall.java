package io.tidemark.gateway.api;

import io.tidemark.gateway.api.JetStreamAccounts.AccountLimits;
import io.tidemark.gateway.json.ApiErrorJson;
import io.tidemark.gateway.json.EmptyBody;
import io.tidemark.gateway.json.Json;
import io.tidemark.meta.command.MetaReply;
import io.tidemark.storage.Bytes;
import io.tidemark.stream.model.Checked;
import io.tidemark.stream.model.JetStreamApiError;
import io.tidemark.stream.model.Rejected;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A request to one of the API's operations, understood as far as its subject goes.
 *
 * @param arguments the subject's tokens behind the operation's name
 * @param frames of the loop that the request came from
 */
record ApiCall(
        ApiOperation operation,
        ApiRequest request,
        List<String> arguments,
        AccountLimits limits,
        FrameOperations frames) {
    String account() {
        return request.account();
    }

    /** Most operations' first argument. */
    String streamName() {
        return arguments.get(0);
    }

    /** The second argument of most operations on consumers. */
    String consumerName() {
        return arguments.get(1);
    }

    Bytes body() {
        return request.payload();
    }

    boolean isBodyEmpty() {
        return EmptyBody.isEmpty(request.payload());
    }

    ApiAnswer success(Consumer<Json> fields) {
        return new ApiAnswer(ApiErrorJson.success(operation.type(), fields), false, true);
    }

    /** Of operations that have nothing to tell. */
    ApiAnswer success() {
        return success(json -> json.flag("success", true));
    }

    ApiAnswer failure(Rejected reason) {
        Bytes json = ApiErrorJson.response(
                operation.type(), reason, fields -> operation.errorFields().write(fields));
        return new ApiAnswer(json, true, true);
    }

    ApiAnswer failure(JetStreamApiError error) {
        return failure(error.rejected());
    }

    CompletableFuture<ApiAnswer> succeeded(Consumer<Json> fields) {
        return CompletableFuture.completedFuture(success(fields));
    }

    CompletableFuture<ApiAnswer> refused(Rejected reason) {
        return CompletableFuture.completedFuture(failure(reason));
    }

    CompletableFuture<ApiAnswer> refused(JetStreamApiError error) {
        return refused(error.rejected());
    }

    /** What the meta group said no with. */
    CompletableFuture<ApiAnswer> refused(MetaReply reply) {
        if (reply instanceof MetaReply.Refused refused) {
            return refused(refused.reason());
        }
        throw new IllegalStateException(operation.verb() + " answered with " + reply);
    }

    /** Goes on with what was accepted. */
    <T> CompletableFuture<ApiAnswer> with(Checked<T> checked, Function<T, CompletableFuture<ApiAnswer>> next) {
        if (checked instanceof Checked.Accepted<T> accepted) {
            return next.apply(accepted.config());
        }
        return refused(((Checked.Refused<T>) checked).reason());
    }
}
