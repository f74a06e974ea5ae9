package io.tidemark.gateway.api;

import io.tidemark.gateway.api.ClientDescription.Permissions;
import io.tidemark.gateway.api.ClientDescription.UserInfo;
import io.tidemark.gateway.json.AccountInfoJson.AccountCaps;
import io.tidemark.gateway.json.AdvisoryJson.ClientView;
import io.tidemark.meta.MetaImage.StreamAssignment;
import io.tidemark.raft.UnavailableException;
import io.tidemark.storage.Bytes;
import io.tidemark.stream.command.FrameOperation;
import io.tidemark.stream.command.StreamReply.FrameOutcome;
import io.tidemark.stream.model.JetStreamApiError;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The API on fakes: what is asked is answered before the call returns. */
final class ApiFixture implements JetStreamAccounts {
    static final String ACCOUNT = "$G";
    static final long NOW_NANOS = 1_700_000_999_000_000_000L;

    final FakeMetaClient meta = new FakeMetaClient();
    final FakeStreamClient streams = new FakeStreamClient(meta);
    final RecordingReplies replies = new RecordingReplies();
    final ApiRouter router;
    final ApiLoop loop;

    static final ClientDescription CLIENT = new ClientDescription() {
        @Override
        public ClientView view() {
            return new ClientView(NOW_NANOS, "127.0.0.1", 7, ACCOUNT, "", "probe", "java", "1", "n1", "");
        }

        @Override
        public UserInfo user() {
            return new UserInfo("", ACCOUNT, Permissions.ALL, Permissions.ALL, 0);
        }
    };

    AccountCaps caps = AccountCaps.UNLIMITED;
    private final String clusterName;

    ApiFixture(String clusterName) {
        this.clusterName = clusterName;
        ServerIdentity server = new ServerIdentity("n1", "NSERVER", "0.0.0.0", clusterName, "");
        router = new ApiRouter(new ApiServices(meta, streams, replies, this, server, () -> NOW_NANOS));
        loop = router.newLoop(this::submit);
    }

    static ApiFixture standalone() {
        return new ApiFixture("");
    }

    static ApiFixture clustered() {
        return new ApiFixture("C");
    }

    /** Asks an API subject, given without its prefix; the replies' texts, CRLF shown as a bar. */
    String ask(String subject, String body) {
        return ask(subject, "", body);
    }

    String ask(String subject, String headers, String body) {
        Handling handling = send(subject.startsWith("$") ? subject : "$JS.API." + subject, headers, body);
        if (handling == Handling.NOT_HANDLED) {
            return "(no responders)";
        }
        List<RecordingReplies.Sent> sent = replies.takeReplies();
        return sent.isEmpty()
                ? "(silence)"
                : sent.stream().map(RecordingReplies.Sent::text).collect(Collectors.joining("\n"));
    }

    Handling send(String subject, String headers, String body) {
        return router.handle(
                new ApiRequest(ACCOUNT, subject, "_INBOX.1", Bytes.utf8(headers), Bytes.utf8(body), CLIENT), loop);
    }

    @Override
    public @Nullable AccountLimits limits(String account) {
        return account.equals(ACCOUNT)
                ? new AccountLimits(caps, AccountLimits.unlimited(clusterName).server())
                : null;
    }

    @Override
    public boolean isSystem(String account) {
        return account.equals("$SYS");
    }

    /** Purges and deletes, as far as the tests need it. */
    private CompletableFuture<FrameOutcome> submit(int stream, FrameOperation operation) {
        StreamAssignment assignment = meta.image().stream(stream).orElse(null);
        if (assignment == null) {
            return CompletableFuture.failedFuture(
                    new UnavailableException(UnavailableException.Reason.DEADLINE, "no stream " + stream));
        }
        return CompletableFuture.completedFuture(outcome(assignment.config().name(), operation));
    }

    private FrameOutcome outcome(String stream, FrameOperation operation) {
        if (operation instanceof FrameOperation.Delete delete) {
            return streams.remove(stream, delete.sequence())
                    ? new FrameOutcome.Deleted()
                    : new FrameOutcome.Declined(JetStreamApiError.SEQUENCE_NOT_FOUND.with("" + delete.sequence()));
        }
        return new FrameOutcome.Purged(streams.purge(stream, ((FrameOperation.Purge) operation).filter()));
    }
}
