package io.tidemark.raft.ratis.transport;

import org.apache.ratis.conf.Parameters;
import org.apache.ratis.rpc.RpcFactory;
import org.apache.ratis.rpc.RpcType;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.RaftServerRpc;
import org.apache.ratis.server.ServerFactory;
import org.apache.ratis.server.leader.FollowerInfo;
import org.apache.ratis.server.leader.LeaderState;
import org.apache.ratis.server.leader.LogAppender;

/** Makes Ratis use our transport: it is named in Ratis' properties, and Ratis makes one by that name. */
public final class TransportType implements RpcType {
    @Override
    public String name() {
        return TransportType.class.getName();
    }

    @Override
    public RpcFactory newFactory(Parameters parameters) {
        return new Factory(this, TransportConfig.of(parameters));
    }

    private record Factory(RpcType type, TransportConfig config) implements ServerFactory {
        @Override
        public RpcType getRpcType() {
            return type;
        }

        @Override
        public RaftServerRpc newRaftServerRpc(RaftServer server) {
            return new Transport(type, config, server);
        }

        @Override
        public LogAppender newLogAppender(RaftServer.Division division, LeaderState leader, FollowerInfo follower) {
            Transport transport = (Transport) division.getRaftServer().getServerRpc();
            return transport.appender(division, leader, follower);
        }
    }
}
