package io.tidemark.gateway.api;

import io.tidemark.gateway.api.JetStreamAccounts.AccountLimits;
import io.tidemark.gateway.json.ApiErrorJson;
import io.tidemark.meta.command.MetaReply;
import io.tidemark.storage.Bytes;
import io.tidemark.stream.model.Checked;
import io.tidemark.stream.model.JetStreamApiError;
import io.tidemark.stream.model.Rejected;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * A request to one of the API's operations, understood as far as its subject goes.
 *
 * @param arguments the subject's tokens behind the operation's name
 */
record ApiCall(ApiOperation operation, ApiRequest request, List<String> arguments, AccountLimits limits) {
    private static final Bytes EMPTY_OBJECT = Bytes.utf8("{}");

    String account() {
        return request.account();
    }

    /** Most operations' first argument. */
    String streamName() {
        return arguments.get(0);
    }

    /** The body as JSON: an empty one is an empty object. */
    Bytes body() {
        return request.payload().isEmpty() ? EMPTY_OBJECT : request.payload();
    }

    /** The body of an operation that takes anything but JSON for nothing: an empty object then. */
    Bytes optionalBody() {
        Bytes payload = request.payload();
        for (int i = 0; i < payload.size(); i++) {
            if (!isBlank(payload.at(i))) {
                return payload.at(i) == '{' || payload.at(i) == '[' ? payload : EMPTY_OBJECT;
            }
        }
        return EMPTY_OBJECT;
    }

    /** True for nothing, and for an empty object with blanks around and in it. */
    boolean isBodyEmpty() {
        String text = request.payload().utf8().strip();
        return text.isEmpty()
                || text.startsWith("{")
                        && text.endsWith("}")
                        && text.substring(1, text.length() - 1).isBlank();
    }

    ApiAnswer success(Bytes json) {
        return ApiAnswer.success(json);
    }

    ApiAnswer failure(Rejected reason) {
        return ApiAnswer.failure(ApiErrorJson.write(operation.type(), reason, operation.errorFields()));
    }

    ApiAnswer failure(JetStreamApiError error) {
        return failure(error.rejected());
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

    private static boolean isBlank(byte b) {
        return b == ' ' || b == '\t' || b == '\r' || b == '\n';
    }
}
