package io.tidemark.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.raft.ratis.RatisConfig.LogSync;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnsafeLogTest {
    @TempDir
    private Path directory;

    @AfterEach
    void forget() {
        System.clearProperty(UnsafeLog.PROPERTY);
    }

    @Test
    void theMarkerAloneChangesNothing() throws IOException {
        Files.createFile(directory.resolve(UnsafeLog.MARKER));

        assertThat(UnsafeLog.sync(directory)).isEqualTo(LogSync.BEFORE_ACK);
    }

    @Test
    void thePropertyAloneIsRefused() {
        System.setProperty(UnsafeLog.PROPERTY, "true");

        assertThatThrownBy(() -> UnsafeLog.sync(directory))
                .isInstanceOf(StartException.class)
                .hasMessageContaining(UnsafeLog.MARKER);
    }

    @Test
    void bothTogetherAckBeforeFsync() throws IOException {
        System.setProperty(UnsafeLog.PROPERTY, "true");
        Files.createFile(directory.resolve(UnsafeLog.MARKER));

        assertThat(UnsafeLog.sync(directory)).isEqualTo(LogSync.AFTER_ACK);
    }
}
