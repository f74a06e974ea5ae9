package io.tidemark.raft.ratis;

import io.tidemark.raft.GroupId;
import io.tidemark.raft.PeerId;
import java.util.EnumSet;
import java.util.function.Predicate;
import org.apache.ratis.grpc.server.GrpcServices;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.ReadIndexRequestProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionRequestProto;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import org.apache.ratis.thirdparty.io.grpc.Metadata;
import org.apache.ratis.thirdparty.io.grpc.ServerCall;
import org.apache.ratis.thirdparty.io.grpc.ServerCallHandler;
import org.apache.ratis.thirdparty.io.grpc.ServerInterceptor;
import org.apache.ratis.thirdparty.io.grpc.Status;
import org.apache.ratis.thirdparty.io.grpc.netty.NettyServerBuilder;

/**
 * Lets only the protocol between peers in, and of that only what is meant for this very peer and a group that is open.
 * Ratis (3.3.0)
 *
 * <ul>
 *   <li>offers its client and admin services on the same port;
 *   <li>answers whatever reaches its address, so that a node which lost its disk would vote, and acknowledge entries, for
 *       the peer that it was;
 *   <li>takes a leader's word to install a snapshot before the division has a log, fails, and answers ever after that
 *       the installation is in progress.
 * </ul>
 */
final class PeerOnlyPort implements GrpcServices.Customizer, ServerInterceptor {
    private static final String PEER_SERVICE = "ratis.grpc.RaftServerProtocolService";

    private final PeerId self;
    private final ByteString selfBytes;

    private final Predicate<GroupId> isOpen;

    PeerOnlyPort(PeerId self, Predicate<GroupId> isOpen) {
        this.self = self;
        this.isOpen = isOpen;
        selfBytes = ByteString.copyFromUtf8(self.toString());
    }

    @Override
    public NettyServerBuilder customize(NettyServerBuilder builder, EnumSet<GrpcServices.Type> types) {
        return builder.intercept(this);
    }

    @Override
    public <Q, S> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, S> call, Metadata headers, ServerCallHandler<Q, S> next) {
        if (PEER_SERVICE.equals(call.getMethodDescriptor().getServiceName())) {
            return new ForThisPeer<>(call, next.startCall(call, headers));
        }
        call.close(Status.PERMISSION_DENIED, new Metadata());
        return new ServerCall.Listener<>() {};
    }

    private static GroupId group(RaftRpcRequestProto envelope) {
        return new GroupId(
                RaftGroupId.valueOf(envelope.getRaftGroupId().getId()).getUuid());
    }

    private static RaftRpcRequestProto envelope(Object message) {
        if (message instanceof AppendEntriesRequestProto append) {
            return append.getServerRequest();
        }
        if (message instanceof RequestVoteRequestProto vote) {
            return vote.getServerRequest();
        }
        if (message instanceof InstallSnapshotRequestProto install) {
            return install.getServerRequest();
        }
        if (message instanceof StartLeaderElectionRequestProto stand) {
            return stand.getServerRequest();
        }
        if (message instanceof ReadIndexRequestProto read) {
            return read.getServerRequest();
        }
        throw new IllegalArgumentException("not a request between peers: " + message.getClass());
    }

    /** One call's requests; the first that is for another peer ends it. */
    private final class ForThisPeer<Q> extends SimpleForwardingServerCallListener<Q> {
        private final ServerCall<Q, ?> call;
        private boolean refused;

        ForThisPeer(ServerCall<Q, ?> call, ServerCall.Listener<Q> next) {
            super(next);
            this.call = call;
        }

        @Override
        public void onMessage(Q message) {
            if (refused) {
                return;
            }
            RaftRpcRequestProto envelope = envelope(message);
            if (!envelope.getReplyId().equals(selfBytes)) {
                refuse(Status.FAILED_PRECONDITION.withDescription("this is " + self));
            } else if (!isOpen.test(group(envelope))) {
                refuse(Status.UNAVAILABLE.withDescription("the group isn't open here"));
            } else {
                super.onMessage(message);
            }
        }

        private void refuse(Status reason) {
            refused = true;
            call.close(reason, new Metadata());
        }

        @Override
        public void onHalfClose() {
            if (!refused) {
                super.onHalfClose();
            }
        }
    }
}
