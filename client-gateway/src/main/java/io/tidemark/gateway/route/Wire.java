package io.tidemark.gateway.route;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import io.grpc.MethodDescriptor;
import io.tidemark.gateway.route.proto.Hello;
import io.tidemark.gateway.route.proto.RouteFrame;
import io.tidemark.gateway.route.proto.RouteItem;
import io.tidemark.gateway.route.proto.RoutedMessage;
import io.tidemark.gateway.subject.Links.Delivery;
import io.tidemark.gateway.subject.Message;
import io.tidemark.meta.founding.Announcement;
import io.tidemark.raft.PeerId;
import io.tidemark.raft.UnavailableException;
import io.tidemark.storage.Bytes;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** The bytes of a link. */
final class Wire {
    static final MethodDescriptor<byte[], byte[]> LINK = MethodDescriptor.<byte[], byte[]>newBuilder()
            .setType(MethodDescriptor.MethodType.BIDI_STREAMING)
            .setFullMethodName(MethodDescriptor.generateFullMethodName("tidemark.route", "Link"))
            .setRequestMarshaller(new ByteArrays())
            .setResponseMarshaller(new ByteArrays())
            .build();

    private Wire() {}

    static RouteFrame parse(byte[] frame) {
        try {
            return RouteFrame.parseFrom(frame);
        } catch (InvalidProtocolBufferException bad) {
            throw new UncheckedIOException(bad);
        }
    }

    static ByteString bytes(Bytes bytes) {
        return UnsafeByteOperations.unsafeWrap(bytes.array(), bytes.offset(), bytes.size());
    }

    static Bytes bytes(ByteString bytes) {
        return Bytes.copyOf(bytes.asReadOnlyByteBuffer());
    }

    static RouteItem hello(String clusterName, Announcement mine) {
        return RouteItem.newBuilder()
                .setHello(Hello.newBuilder()
                        .setClusterName(clusterName)
                        .setNode(mine.id().node())
                        .setIncarnation(mine.id().incarnation())
                        .setStanding(code(mine.standing()))
                        .setClusterId(mine.clusterId())
                        .setWaitsFor(mine.waitsFor())
                        .setRaftAddress(mine.raftAddress())
                        .setRouteAddress(mine.routeAddress())
                        .setClientAddress(mine.clientAddress())
                        .setFeatureLevel(mine.featureLevel()))
                .build();
    }

    static Announcement announcement(Hello hello) {
        return new Announcement(
                new PeerId(hello.getNode(), hello.getIncarnation()),
                standing(hello.getStanding()),
                hello.getClusterId(),
                hello.getWaitsFor(),
                hello.getRaftAddress(),
                hello.getRouteAddress(),
                hello.getClientAddress(),
                hello.getFeatureLevel());
    }

    static RouteItem message(Delivery delivery) {
        Message message = delivery.message();
        RoutedMessage.Builder routed = RoutedMessage.newBuilder()
                .setAccount(delivery.account())
                .setTo(delivery.to())
                .setPlain(delivery.plain())
                .addAllQueues(delivery.queues())
                .setReply(message.reply())
                .setHeaders(bytes(message.headers()))
                .setPayload(bytes(message.payload()));
        if (!message.subject().equals(delivery.to())) {
            routed.setSubject(message.subject());
        }
        return RouteItem.newBuilder().setMessage(routed).build();
    }

    static Delivery delivery(RoutedMessage routed) {
        String subject = routed.getSubject().isEmpty() ? routed.getTo() : routed.getSubject();
        return new Delivery(
                routed.getAccount(),
                routed.getTo(),
                routed.getPlain(),
                routed.getQueuesList(),
                new Message(subject, routed.getReply(), bytes(routed.getHeaders()), bytes(routed.getPayload())));
    }

    /** 0 stands for no failure on the wire. The codes are the format: append new ones, never renumber. */
    static int code(UnavailableException.Reason reason) {
        return switch (reason) {
            case NOT_LEADER -> 1;
            case OVERLOADED -> 2;
            case DISK_FULL -> 3;
            case NOT_HOSTED -> 4;
            case UNREACHABLE -> 5;
            case UNKNOWN_OUTCOME -> 6;
            case DEADLINE -> 7;
        };
    }

    /** What an unknown code says is the weakest: the outcome isn't known. */
    static UnavailableException.Reason reason(int code) {
        for (UnavailableException.Reason reason : UnavailableException.Reason.values()) {
            if (code(reason) == code) {
                return reason;
            }
        }
        return UnavailableException.Reason.UNKNOWN_OUTCOME;
    }

    private static int code(Announcement.Standing standing) {
        return switch (standing) {
            case WAITING -> 0;
            case YIELDING -> 1;
            case MEMBER -> 2;
        };
    }

    private static Announcement.Standing standing(int code) {
        return switch (code) {
            case 0 -> Announcement.Standing.WAITING;
            case 1 -> Announcement.Standing.YIELDING;
            default -> Announcement.Standing.MEMBER;
        };
    }

    /** Frames are given to gRPC as they are. */
    private static final class ByteArrays implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] frame) {
            return new ByteArrayInputStream(frame);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try (stream) {
                return stream.readAllBytes();
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }
    }
}
