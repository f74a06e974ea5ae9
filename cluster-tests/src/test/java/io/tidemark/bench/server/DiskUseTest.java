package io.tidemark.bench.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class DiskUseTest {
    @Test
    void wholeDisksAreCountedOnce() {
        List<String> lines = List.of(
                "   7       0 loop0 1 0 8 1 1 0 1000 1 0 1 1 0 0 0 0 1000 1",
                " 254       0 vda 1 0 8 1 1 0 20 1 0 1 1 0 0 0 0 3 1",
                " 254       1 vda1 1 0 8 1 1 0 20 1 0 1 1 0 0 0 0 3 1",
                " 254      16 vdb 1 0 8 1 1 0 2 1 0 1 1 0 0 0 0 1 1");

        assertThat(DiskUse.parse(lines, List.of("vda", "vdb")::contains)).isEqualTo(new DiskUse(22 * 512, 4));
    }
}
