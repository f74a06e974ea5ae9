package io.tidemark.stream.model;

import io.tidemark.stream.model.ConsumerConfig.AckPolicy;
import io.tidemark.stream.model.ConsumerConfig.DeliverPolicy;
import io.tidemark.stream.model.ConsumerConfig.FilterForm;
import io.tidemark.stream.model.ConsumerConfig.NamedBy;
import io.tidemark.stream.model.ConsumerConfig.PullLimits;
import io.tidemark.stream.model.ConsumerConfig.Push;
import io.tidemark.stream.model.ConsumerConfig.ReplayPolicy;
import io.tidemark.stream.model.ConsumerConfig.Start;
import java.util.List;
import java.util.Map;

/**
 * A consumer's config as somebody sent it: {@link ConsumerConfigRules} makes a complete one of it.
 *
 * @param raw as sent: what was left out is 0, empty or the first constant; its name is {@code name}, its filter the
 *     list form
 * @param durableName empty where none was sent
 * @param filterSubject the single form, empty where none was sent
 * @param hasStartTime whether {@code opt_start_time} was sent
 * @param pedantic refuse what would otherwise be mended silently
 * @param unsupported JSON names of fields that were set, and that this server knows but can't do yet; in order
 */
public record ConsumerConfigRequest(
        ConsumerConfig raw,
        String durableName,
        String filterSubject,
        boolean hasStartTime,
        boolean pedantic,
        List<String> unsupported) {
    /** A config of which nothing was sent. */
    public static final ConsumerConfig EMPTY = new ConsumerConfig(
            "",
            NamedBy.GENERATED,
            "",
            new Start(DeliverPolicy.ALL, 0, 0),
            AckPolicy.NONE,
            0,
            0,
            List.of(),
            List.of(),
            FilterForm.LIST,
            ReplayPolicy.INSTANT,
            0,
            "",
            0,
            false,
            new PullLimits(0, 0, 0, 0),
            new Push("", "", 0, false),
            0,
            0,
            false,
            false,
            Map.of());

    public ConsumerConfigRequest {
        unsupported = List.copyOf(unsupported);
    }

    /** The name that the caller chose, empty where the server shall draw one. */
    public String chosenName() {
        return durableName.isEmpty() ? raw.name() : durableName;
    }

    /** The same under the name that the request's subject gives; a durable keeps its own. */
    public ConsumerConfigRequest named(String name) {
        return new ConsumerConfigRequest(
                ConsumerConfigRules.withName(raw, name),
                durableName,
                filterSubject,
                hasStartTime,
                pedantic,
                unsupported);
    }
}
