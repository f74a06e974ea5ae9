package io.tidemark.stream.model;

import io.tidemark.stream.model.ConsumerConfig.AckPolicy;
import io.tidemark.stream.model.ConsumerConfig.DeliverPolicy;
import io.tidemark.stream.model.ConsumerConfig.FilterForm;
import io.tidemark.stream.model.ConsumerConfig.NamedBy;
import io.tidemark.stream.model.ConsumerConfig.PullLimits;
import io.tidemark.stream.model.ConsumerConfig.Push;
import io.tidemark.stream.model.ConsumerConfig.ReplayPolicy;
import io.tidemark.stream.model.ConsumerConfig.Start;
import io.tidemark.stream.model.StreamConfig.Compression;
import io.tidemark.stream.model.StreamConfig.ConsumerLimits;
import io.tidemark.stream.model.StreamConfig.Discard;
import io.tidemark.stream.model.StreamConfig.Retention;
import io.tidemark.stream.model.StreamConfig.Storage;
import io.tidemark.stream.model.StreamConfig.StreamLimits;
import io.tidemark.stream.model.StreamConfig.StreamPermissions;
import java.util.List;
import java.util.Map;

/** Configs in which no field has its default: what a codec forgets, shows. */
public final class SampleConfigs {
    public static final StreamConfig STREAM = new StreamConfig(
            "ORDERS",
            "all orders",
            List.of("orders.*", "returns.>"),
            Retention.INTEREST,
            Storage.MEMORY,
            3,
            true,
            new StreamLimits(7, 1000, 2000, 3_000_000_000L, 10, 4096, Discard.NEW, true),
            1_000_000_000L,
            42,
            Compression.S2,
            new StreamPermissions(true, true, true, true, true, true),
            new ConsumerLimits(5_000_000_000L, 100),
            Map.of("team", "blue", "_nats.req.level", "0"));

    public static final ConsumerConfig CONSUMER = new ConsumerConfig(
            "worker",
            NamedBy.NAME,
            "does it",
            new Start(DeliverPolicy.BY_START_TIME, 9, -1_700_000_000_000_000_000L),
            AckPolicy.EXPLICIT,
            1_000_000_000L,
            5,
            List.of(1_000_000_000L, 2_000_000_000L),
            List.of("orders.a", "orders.b"),
            FilterForm.LIST,
            ReplayPolicy.ORIGINAL,
            1024,
            "10%",
            50,
            true,
            new PullLimits(11, 12, 13_000_000L, 14),
            new Push("deliver.here", "group", 100_000_000L, true),
            60_000_000_000L,
            1,
            true,
            true,
            Map.of("team", "red"));

    private SampleConfigs() {}
}
