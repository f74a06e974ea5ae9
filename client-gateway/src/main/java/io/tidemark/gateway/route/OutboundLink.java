package io.tidemark.gateway.route;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.tidemark.gateway.route.proto.Call;
import io.tidemark.gateway.route.proto.Ping;
import io.tidemark.gateway.route.proto.Reply;
import io.tidemark.gateway.route.proto.RouteItem;
import io.tidemark.meta.founding.Announcement;
import io.tidemark.raft.UnavailableException;
import io.tidemark.storage.Bytes;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A stream to another node's listener: says hello, then carries what this node tells that one. Any thread. */
final class OutboundLink {
    private static final RouteItem PING =
            RouteItem.newBuilder().setPing(Ping.getDefaultInstance()).build();

    /** What a link tells {@link Routes}. Called on the link's thread. */
    interface Events {
        void hello(OutboundLink link, Announcement theirs);

        void refused(OutboundLink link, String reason);

        void down(OutboundLink link, String cause);
    }

    private final String address;
    private final Events events;
    private final ManagedChannel channel;
    private final ClientCall<byte[], byte[]> call;
    private final Sender sender;
    private final Map<Long, CompletableFuture<Bytes>> waiting = new ConcurrentHashMap<>();
    private final AtomicLong lastCall = new AtomicLong();
    private volatile long lastHeardNanos;
    private volatile boolean started;
    private volatile boolean closed;
    private volatile @Nullable Announcement theirs;

    OutboundLink(String address, ManagedChannel channel, Executor writer, long nowNanos, Events events) {
        this.address = address;
        this.channel = channel;
        this.events = events;
        lastHeardNanos = nowNanos;
        call = channel.newCall(Wire.LINK, CallOptions.DEFAULT);
        sender = new Sender(writer, () -> started && !closed && call.isReady(), call::sendMessage);
    }

    /** Connects; what was sent before waits for it. The link may be down again before this returns. */
    void open(RouteItem hello) {
        call.start(new Listener(), new Metadata());
        call.request(Integer.MAX_VALUE);
        started = true;
        sender.send(hello);
    }

    String address() {
        return address;
    }

    /** Null before the other side has said hello. */
    @Nullable
    Announcement theirs() {
        return theirs;
    }

    void send(RouteItem item) {
        if (!closed) {
            sender.send(item);
        }
    }

    CompletableFuture<Bytes> call(RouteService.Kind service, Bytes request) {
        CompletableFuture<Bytes> answer = new CompletableFuture<>();
        long id = lastCall.incrementAndGet();
        waiting.put(id, answer);
        if (closed) {
            waiting.remove(id);
            answer.completeExceptionally(new UnavailableException(
                    UnavailableException.Reason.UNREACHABLE, "link to " + address + " is down"));
            return answer;
        }
        sender.send(RouteItem.newBuilder()
                .setCall(Call.newBuilder().setId(id).setService(service.code()).setRequest(Wire.bytes(request)))
                .build());
        if (closed) {
            failWaiting();
        }
        return answer;
    }

    void ping() {
        send(PING);
    }

    /** Nanoseconds since anything came from the other side. */
    long silentNanos(long nowNanos) {
        return nowNanos - lastHeardNanos;
    }

    void close(String cause) {
        if (closed) {
            return;
        }
        closed = true;
        call.cancel(cause, null);
        channel.shutdownNow();
        failWaiting();
        events.down(this, cause);
    }

    private void failWaiting() {
        for (Long id : List.copyOf(waiting.keySet())) {
            CompletableFuture<Bytes> answer = waiting.remove(id);
            if (answer != null) {
                answer.completeExceptionally(new UnavailableException(
                        UnavailableException.Reason.UNKNOWN_OUTCOME, "link to " + address + " broke"));
            }
        }
    }

    private void settle(Reply reply) {
        CompletableFuture<Bytes> answer = waiting.remove(reply.getId());
        if (answer == null) {
            return;
        }
        if (reply.getFailure() == 0) {
            answer.complete(Wire.bytes(reply.getAnswer()));
        } else {
            answer.completeExceptionally(new UnavailableException(Wire.reason(reply.getFailure()), reply.getDetail()));
        }
    }

    /** What comes back on the stream. */
    private final class Listener extends ClientCall.Listener<byte[]> {
        @Override
        public void onMessage(byte[] frame) {
            lastHeardNanos = System.nanoTime();
            for (RouteItem item : Wire.parse(frame).getItemsList()) {
                switch (item.getKindCase()) {
                    case HELLO -> {
                        Announcement announced = Wire.announcement(item.getHello());
                        theirs = announced;
                        events.hello(OutboundLink.this, announced);
                    }
                    case REFUSAL ->
                        events.refused(OutboundLink.this, item.getRefusal().getReason());
                    case REPLY -> settle(item.getReply());
                    default -> {
                        // A pong: that it came is all it says.
                    }
                }
            }
        }

        @Override
        public void onReady() {
            sender.resume();
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            close(status.getCode() + (status.getDescription() == null ? "" : ": " + status.getDescription()));
        }
    }
}
