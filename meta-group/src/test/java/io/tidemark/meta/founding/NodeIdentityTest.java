package io.tidemark.meta.founding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.meta.founding.NodeIdentity.Stage;
import io.tidemark.raft.PeerId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeIdentityTest {
    @TempDir
    private Path directory;

    @Test
    void anIdentityOutlivesTheProcess() {
        NodeIdentity first = open("n1", 1);
        PeerId peer = first.peer();
        first.grant("n0");
        first.enter(Stage.JOINING, "11111111-1111-1111-1111-111111111111");

        NodeIdentity second = open("n1", 2);

        assertThat(second.peer()).isEqualTo(peer);
        assertThat(second.stage()).isEqualTo(Stage.JOINING);
        assertThat(second.clusterId()).isEqualTo("11111111-1111-1111-1111-111111111111");
        assertThat(second.grantedTo()).isEqualTo("n0");
    }

    @Test
    void aStorageKeepsTheNameItWasMadeWith() {
        open("n1", 1);

        assertThat(open("other", 2).peer().node()).isEqualTo("n1");
    }

    @Test
    void anotherStorageIsAnotherIncarnation() throws IOException {
        PeerId first = open("n1", 1).peer();
        Files.delete(directory.resolve("node-identity"));

        assertThat(open("n1", 2).peer()).isNotEqualTo(first);
    }

    @Test
    void aTornFileIsNoIdentity() throws IOException {
        open("n1", 1);
        Path file = directory.resolve("node-identity");
        Files.writeString(file, Files.readString(file).substring(0, 20));

        assertThatThrownBy(() -> open("n1", 2)).isInstanceOf(IllegalStateException.class);
    }

    private NodeIdentity open(String name, long seed) {
        return NodeIdentity.open(directory, name, new SplittableRandom(seed));
    }
}
