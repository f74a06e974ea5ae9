package io.tidemark.raft.ratis;

import io.tidemark.raft.ratis.transport.TransportType;
import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.RaftConfigKeys;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.server.RaftServerConfigKeys.Log;
import org.apache.ratis.server.RaftServerConfigKeys.Log.Appender;
import org.apache.ratis.server.RaftServerConfigKeys.Rpc;
import org.apache.ratis.util.SizeInBytes;
import org.apache.ratis.util.TimeDuration;

/** Ratis' properties, where ours differ from its defaults. */
final class RatisSettings {
    /** The largest entry that Ratis takes. */
    static final int ENTRY_BYTES_MAX = 2 << 20;

    static final long ELECTION_TIMEOUT_MIN_MILLIS = 400;
    static final long ELECTION_TIMEOUT_MAX_MILLIS = 800;

    private RatisSettings() {}

    static RaftProperties create() {
        RaftProperties properties = new RaftProperties();
        RaftConfigKeys.Rpc.setType(properties, new TransportType());
        timing(properties);
        log(properties);
        limits(properties);
        return properties;
    }

    static void storage(RaftProperties properties, Path directory) {
        RaftServerConfigKeys.setStorageDir(properties, List.of(new File(directory.toString())));
    }

    private static void timing(RaftProperties properties) {
        Rpc.setTimeoutMin(properties, millis(ELECTION_TIMEOUT_MIN_MILLIS));
        Rpc.setTimeoutMax(properties, millis(ELECTION_TIMEOUT_MAX_MILLIS));
        Rpc.setFirstElectionTimeoutMin(properties, millis(150));
        Rpc.setFirstElectionTimeoutMax(properties, millis(1000));
        Rpc.setRequestTimeout(properties, millis(3000));
        Rpc.setSlownessTimeout(properties, millis(10_000));
        RaftServerConfigKeys.setSleepDeviationThreshold(properties, millis(ELECTION_TIMEOUT_MIN_MILLIS));
        // A paused process would close its server for good.
        RaftServerConfigKeys.setCloseThreshold(properties, TimeDuration.valueOf(1, TimeUnit.DAYS));
        RaftServerConfigKeys.Notification.setNoLeaderTimeout(properties, millis(5000));
        RaftServerConfigKeys.LeaderElection.setLeaderStepDownWaitTime(properties, millis(2000));
        RaftServerConfigKeys.setStagingCatchupGap(properties, 16);
        RaftServerConfigKeys.setStagingTimeout(properties, millis(30_000));
        RaftServerConfigKeys.RetryCache.setExpiryTime(properties, millis(10_000));
    }

    private static void log(RaftProperties properties) {
        Log.setSegmentSizeMax(properties, SizeInBytes.valueOf("16MB"));
        Log.setPreallocatedSize(properties, SizeInBytes.valueOf("1MB"));
        Log.setWriteBufferSize(properties, SizeInBytes.valueOf(ENTRY_BYTES_MAX + 8L));
        // A hand-over between threads for each append: it pays for many small ones in flight, not for few large ones.
        Log.setAppendEntriesComposeEnabled(properties, false);
        Log.setForceSyncNum(properties, 4096);
        Log.setQueueElementLimit(properties, 1024);
        Log.setQueueByteLimit(properties, SizeInBytes.valueOf("16MB"));
        Log.setUnsafeFlushEnabled(properties, false);
        Log.setAsyncFlushEnabled(properties, false);
        Log.setLogMetadataEnabled(properties, false);
        // Behind the log doctor, which knows what may be cut.
        Log.setCorruptionPolicy(properties, Log.CorruptionPolicy.WARN_AND_RETURN);
        Log.setSegmentCacheNumMax(properties, 2);
        Log.setSegmentCacheSizeMax(properties, SizeInBytes.valueOf("32MB"));
        Log.setPurgeUptoSnapshotIndex(properties, true);
        Log.setPurgePreservationLogNum(properties, 16);
        Log.setPurgeGap(properties, 1);
        Appender.setBufferByteLimit(properties, SizeInBytes.valueOf(ENTRY_BYTES_MAX));
        Appender.setInstallSnapshotEnabled(properties, false);
        RaftServerConfigKeys.Snapshot.setAutoTriggerEnabled(properties, false);
        RaftServerConfigKeys.Snapshot.setCreationGap(properties, 1);
    }

    private static void limits(RaftProperties properties) {
        RaftServerConfigKeys.Write.setElementLimit(properties, 1024);
        RaftServerConfigKeys.Write.setByteLimit(properties, SizeInBytes.valueOf("32MB"));
        RaftServerConfigKeys.ThreadPool.setProxyCached(properties, false);
        RaftServerConfigKeys.ThreadPool.setProxySize(properties, 4);
    }

    private static TimeDuration millis(long value) {
        return TimeDuration.valueOf(value, TimeUnit.MILLISECONDS);
    }
}
