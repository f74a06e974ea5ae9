package io.tidemark.gateway.route;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.tidemark.gateway.route.proto.Call;
import io.tidemark.gateway.route.proto.Hello;
import io.tidemark.gateway.route.proto.InterestChange;
import io.tidemark.gateway.route.proto.Pong;
import io.tidemark.gateway.route.proto.Refusal;
import io.tidemark.gateway.route.proto.Reply;
import io.tidemark.gateway.route.proto.RouteFrame;
import io.tidemark.gateway.route.proto.RouteItem;
import io.tidemark.gateway.subject.Burst;
import io.tidemark.gateway.subject.Links.Delivery;
import io.tidemark.meta.founding.Announcement;
import io.tidemark.raft.UnavailableException;
import io.tidemark.storage.Bytes;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A stream from another node: hears what that one tells, answers its calls. Owned by the stream's thread. */
final class InboundLink extends ServerCall.Listener<byte[]> {
    private static final RouteItem PONG =
            RouteItem.newBuilder().setPong(Pong.getDefaultInstance()).build();

    /** What a link asks of and tells {@link Routes}. Called on the link's thread, in order. */
    interface Events {
        /** Null where the node may stay; else why not. */
        @Nullable
        String judge(String clusterName, Announcement theirs);

        void hello(InboundLink link, Announcement theirs);

        void interest(InboundLink link, InterestChange change);

        void message(Delivery delivery);

        CompletableFuture<Bytes> call(int service, Bytes request);

        void down(InboundLink link);
    }

    private final ServerCall<byte[], byte[]> call;
    private final Executor writer;
    private final Events events;
    private final Sender sender;
    private final AtomicBoolean ended = new AtomicBoolean();
    private @Nullable Announcement theirs;

    InboundLink(ServerCall<byte[], byte[]> call, Executor writer, Events events) {
        this.call = call;
        this.writer = writer;
        this.events = events;
        sender = new Sender(writer, () -> !ended.get() && call.isReady(), frame -> {
            if (!ended.get()) {
                call.sendMessage(frame);
            }
        });
        call.sendHeaders(new Metadata());
        call.request(Integer.MAX_VALUE);
    }

    @Nullable
    Announcement theirs() {
        return theirs;
    }

    void send(RouteItem item) {
        if (!ended.get()) {
            sender.send(item);
        }
    }

    /** Ends the stream, on any thread: what is still on its way on it isn't taken. */
    void close(String cause) {
        if (end()) {
            writer.execute(() -> call.close(Status.UNAVAILABLE.withDescription(cause), new Metadata()));
        }
    }

    @Override
    public void onMessage(byte[] frame) {
        Burst.of(() -> receive(Wire.parse(frame)));
    }

    private void receive(RouteFrame frame) {
        for (RouteItem item : frame.getItemsList()) {
            if (ended.get()) {
                return;
            }
            receive(item);
        }
    }

    @Override
    public void onReady() {
        sender.resume();
    }

    @Override
    public void onCancel() {
        end();
    }

    @Override
    public void onHalfClose() {
        if (end()) {
            call.close(Status.OK, new Metadata());
        }
    }

    /** Returns false where it had ended before. */
    private boolean end() {
        if (!ended.compareAndSet(false, true)) {
            return false;
        }
        events.down(this);
        return true;
    }

    private void receive(RouteItem item) {
        if (item.hasHello()) {
            hello(item.getHello());
            return;
        }
        if (theirs == null) {
            return;
        }
        switch (item.getKindCase()) {
            case INTEREST -> events.interest(this, item.getInterest());
            case MESSAGE -> events.message(Wire.delivery(item.getMessage()));
            case CALL -> answer(item.getCall());
            case PING -> send(PONG);
            default -> {
                // Something that a newer node sends: it's told of our feature level and knows that we pass it over.
            }
        }
    }

    private void hello(Hello hello) {
        Announcement announced = Wire.announcement(hello);
        String refusal = events.judge(hello.getClusterName(), announced);
        if (refusal != null) {
            send(RouteItem.newBuilder()
                    .setRefusal(Refusal.newBuilder().setReason(refusal))
                    .build());
            return;
        }
        theirs = announced;
        events.hello(this, announced);
    }

    private void answer(Call request) {
        long id = request.getId();
        CompletableFuture<Bytes> answer;
        try {
            answer = events.call(request.getService(), Wire.bytes(request.getRequest()));
        } catch (RuntimeException failed) {
            answer = CompletableFuture.failedFuture(failed);
        }
        answer.whenComplete((bytes, failure) -> send(reply(id, bytes, failure)));
    }

    private static RouteItem reply(long id, @Nullable Bytes answer, @Nullable Throwable failure) {
        Reply.Builder reply = Reply.newBuilder().setId(id);
        if (answer != null) {
            reply.setAnswer(Wire.bytes(answer));
        } else {
            Throwable cause =
                    failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
            UnavailableException.Reason reason = cause instanceof UnavailableException unavailable
                    ? unavailable.reason()
                    : UnavailableException.Reason.UNKNOWN_OUTCOME;
            reply.setFailure(Wire.code(reason)).setDetail(String.valueOf(cause));
        }
        return RouteItem.newBuilder().setReply(reply).build();
    }
}
