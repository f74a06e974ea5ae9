package io.tidemark.gateway.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.tidemark.gateway.route.proto.InterestChange;
import io.tidemark.gateway.route.proto.RouteFrame;
import io.tidemark.gateway.route.proto.RouteItem;
import io.tidemark.gateway.subject.Links.Delivery;
import io.tidemark.meta.founding.Announcement;
import io.tidemark.raft.PeerId;
import io.tidemark.storage.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class InboundLinkTest {
    private static final Announcement OTHER = new Announcement(
            new PeerId("n2", "00000002"),
            Announcement.Standing.MEMBER,
            "cluster",
            "",
            "n2:7222",
            "n2:6222",
            "n2:4222",
            1);
    private static final RouteItem HELLO = Wire.hello("cluster", OTHER);
    private static final RouteItem INTEREST = RouteItem.newBuilder()
            .setInterest(InterestChange.newBuilder().setSubject("a").setCount(1))
            .build();

    private final RecordingCall call = new RecordingCall();
    private final List<String> told = new ArrayList<>();
    private final InboundLink link = new InboundLink(call, Runnable::run, new RecordingEvents());

    @Test
    void whatArrivesAfterTheCloseIsNotTaken() {
        receive(HELLO, INTEREST);

        link.close("silent");
        receive(INTEREST);

        assertThat(told).containsExactly("hello n2", "interest a", "down");
        assertThat(call.closedWith).containsExactly(Status.Code.UNAVAILABLE);
    }

    @Test
    void anEndIsToldOnce() {
        receive(HELLO);

        link.close("silent");
        link.close("silent");
        link.onHalfClose();
        link.onCancel();

        assertThat(told).containsExactly("hello n2", "down");
        assertThat(call.closedWith).hasSize(1);
    }

    private void receive(RouteItem... items) {
        link.onMessage(
                RouteFrame.newBuilder().addAllItems(List.of(items)).build().toByteArray());
    }

    private final class RecordingEvents implements InboundLink.Events {
        @Override
        public @Nullable String judge(String clusterName, Announcement theirs) {
            return null;
        }

        @Override
        public void hello(InboundLink from, Announcement theirs) {
            told.add("hello " + theirs.id().node());
        }

        @Override
        public void interest(InboundLink from, InterestChange change) {
            told.add("interest " + change.getSubject());
        }

        @Override
        public void message(Delivery delivery) {
            told.add("message " + delivery.to());
        }

        @Override
        public CompletableFuture<Bytes> call(int service, Bytes request) {
            return CompletableFuture.completedFuture(request);
        }

        @Override
        public void down(InboundLink from) {
            told.add("down");
        }
    }

    /** A stream that takes everything. */
    private static final class RecordingCall extends ServerCall<byte[], byte[]> {
        private final List<Status.Code> closedWith = new ArrayList<>();

        @Override
        public void request(int count) {
            // All is taken as it comes.
        }

        @Override
        public void sendHeaders(Metadata headers) {
            // Nobody reads them.
        }

        @Override
        public void sendMessage(byte[] message) {
            // Nobody reads them.
        }

        @Override
        public void close(Status status, Metadata trailers) {
            closedWith.add(status.getCode());
        }

        @Override
        public boolean isCancelled() {
            return false;
        }

        @Override
        public MethodDescriptor<byte[], byte[]> getMethodDescriptor() {
            return Wire.LINK;
        }
    }
}
