package io.tidemark.stream.model;

import io.tidemark.stream.model.StreamConfig.Compression;
import io.tidemark.stream.model.StreamConfig.ConsumerLimits;
import io.tidemark.stream.model.StreamConfig.Discard;
import io.tidemark.stream.model.StreamConfig.Retention;
import io.tidemark.stream.model.StreamConfig.Storage;
import io.tidemark.stream.model.StreamConfig.StreamLimits;
import io.tidemark.stream.model.StreamConfig.StreamPermissions;
import java.util.List;
import java.util.Map;

/**
 * A stream's config as somebody sent it: {@link StreamConfigRules} makes a complete one of it.
 *
 * @param raw as sent: what was left out is 0, empty or the first constant; nothing is checked yet
 * @param pedantic refuse what would otherwise be mended silently
 * @param unsupported JSON names of fields that were set, and that this server knows but can't do yet; in order
 */
public record StreamConfigRequest(StreamConfig raw, boolean pedantic, Placement placement, List<String> unsupported) {
    /** A config of which nothing was sent. */
    public static final StreamConfig EMPTY = new StreamConfig(
            "",
            "",
            List.of(),
            Retention.LIMITS,
            Storage.FILE,
            0,
            false,
            new StreamLimits(0, 0, 0, 0, 0, 0, Discard.OLD, false),
            0,
            0,
            Compression.NONE,
            new StreamPermissions(false, false, false, false, false, false),
            new ConsumerLimits(0, 0),
            Map.of());

    public StreamConfigRequest {
        unsupported = List.copyOf(unsupported);
    }

    /** A request for just this. */
    public static StreamConfigRequest of(StreamConfig raw) {
        return new StreamConfigRequest(raw, false, Placement.ANYWHERE, List.of());
    }

    /** Where the replicas should be. Empty: wherever. */
    public record Placement(String cluster, List<String> tags, String preferred) {
        public static final Placement ANYWHERE = new Placement("", List.of(), "");

        public Placement {
            tags = List.copyOf(tags);
        }
    }
}
