package io.tidemark.stream.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.stream.model.ServerLimits.AccountLimits;
import io.tidemark.stream.model.StreamConfig.StreamPermissions;
import io.tidemark.stream.model.StreamConfigRequest.Placement;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The rules' edges; each text stands in the gateway's tables of requests. */
class StreamConfigRulesTest {
    private static final ServerLimits CLUSTERED = new ServerLimits(0, 0, 0, "C1", AccountLimits.NONE);

    @Test
    void completeConfigIsLeftAsItIs() {
        StreamConfig once = accepted(StreamConfigRules.completeNew(named("A"), CLUSTERED));

        StreamConfig twice = accepted(StreamConfigRules.completeNew(StreamConfigRequest.of(once), CLUSTERED));

        assertThat(twice).isEqualTo(once);
    }

    @Test
    void nameIsRequiredAndBounded() {
        assertThat(text(StreamConfigRules.completeNew(named(""), CLUSTERED))).startsWith("stream name is required");
        assertThat(text(StreamConfigRules.completeNew(named("a".repeat(256)), CLUSTERED)))
                .isEqualTo("stream name is too long, maximum allowed is 255");
        assertThat(text(StreamConfigRules.completeNew(named("a/b"), CLUSTERED)))
                .isEqualTo("Stream name can not contain path separators");
        assertThat(StreamConfigRules.completeNew(named("a".repeat(255)), CLUSTERED))
                .isInstanceOf(Checked.Accepted.class);
    }

    @Test
    void metadataIsBoundedWithTheServersOwnEntry() {
        assertThat(StreamConfigRules.completeNew(withMetadata("v".repeat(131055)), CLUSTERED))
                .isInstanceOf(Checked.Accepted.class);
        assertThat(text(StreamConfigRules.completeNew(withMetadata("v".repeat(131056)), CLUSTERED)))
                .isEqualTo("stream metadata exceeds maximum size of 131072 bytes");
    }

    @Test
    void messageTtlStaysAllowedOnceItIs() {
        StreamConfig allowed = accepted(StreamConfigRules.completeNew(allowing(true, true), CLUSTERED));

        assertThat(allowed.metadata()).containsEntry("_nats.req.level", "2");
        assertThat(StreamConfigRules.checkUpdate(
                        allowed, accepted(StreamConfigRules.completeUpdate(allowing(false, true), CLUSTERED))))
                .hasValueSatisfying(rejected ->
                        assertThat(rejected.description()).isEqualTo("message TTL status can not be disabled"));
        assertThat(StreamConfigRules.checkUpdate(
                        allowed, accepted(StreamConfigRules.completeUpdate(allowing(true, false), CLUSTERED))))
                .isEmpty();
    }

    @Test
    void firstUnsupportedFieldIsNamed() {
        StreamConfigRequest request =
                new StreamConfigRequest(named("A").raw(), false, Placement.ANYWHERE, List.of("republish", "mirror"));

        assertThat(text(StreamConfigRules.completeNew(request, CLUSTERED))).isEqualTo("republish is not supported yet");
    }

    @Test
    void ownClusterIsTheOnlyPlacement() {
        StreamConfigRequest here =
                new StreamConfigRequest(named("A").raw(), false, new Placement("C1", List.of(), ""), List.of());
        StreamConfigRequest elsewhere =
                new StreamConfigRequest(named("A").raw(), false, new Placement("C2", List.of(), ""), List.of());

        assertThat(StreamConfigRules.completeNew(here, CLUSTERED)).isInstanceOf(Checked.Accepted.class);
        assertThat(text(StreamConfigRules.completeNew(elsewhere, CLUSTERED)))
                .isEqualTo("placement is not supported yet");
    }

    @Test
    void subjectsOverlapWhereOneSubjectIsInBoth() {
        assertThat(StreamConfigRules.overlaps(List.of("a.*", "b"), List.of("c", "*.x")))
                .isTrue();
        assertThat(StreamConfigRules.overlaps(List.of("a.*", "b"), List.of("c", "b.>")))
                .isFalse();
    }

    private static StreamConfigRequest named(String name) {
        return with(name, Map.of());
    }

    private static StreamConfigRequest withMetadata(String value) {
        return with("A", Map.of("k", value));
    }

    private static StreamConfigRequest allowing(boolean messageTtl, boolean atomic) {
        return with("A", Map.of(), new StreamPermissions(false, false, false, false, false, false, messageTtl, atomic));
    }

    private static StreamConfigRequest with(String name, Map<String, String> metadata) {
        return with(name, metadata, StreamConfigRequest.EMPTY.permissions());
    }

    private static StreamConfigRequest with(String name, Map<String, String> metadata, StreamPermissions permissions) {
        StreamConfig empty = StreamConfigRequest.EMPTY;
        return StreamConfigRequest.of(new StreamConfig(
                name,
                "",
                List.of(),
                empty.retention(),
                empty.storage(),
                0,
                false,
                empty.limits(),
                0,
                0,
                empty.compression(),
                permissions,
                empty.consumerLimits(),
                metadata));
    }

    private static StreamConfig accepted(Checked<StreamConfig> checked) {
        return ((Checked.Accepted<StreamConfig>) checked).config();
    }

    private static String text(Checked<StreamConfig> checked) {
        return ((Checked.Refused<StreamConfig>) checked).reason().description();
    }
}
