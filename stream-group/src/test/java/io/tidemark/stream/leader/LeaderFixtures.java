package io.tidemark.stream.leader;

import io.tidemark.stream.model.ConsumerConfig;
import io.tidemark.stream.model.StreamConfig;
import java.util.ArrayList;
import java.util.Collections;

/** What tests of the runtime share with those of the leader. */
public final class LeaderFixtures {
    private LeaderFixtures() {}

    /** A stream named S of everything under {@code s}. */
    public static StreamConfig stream() {
        return TestConfigs.stream(StreamConfig.Retention.LIMITS);
    }

    public static ConsumerConfig pullConsumer(String name) {
        return TestConfigs.pull(name).build();
    }

    public static Advisories silentAdvisories() {
        return new RecordingAdvisories(Collections.synchronizedList(new ArrayList<>()));
    }
}
