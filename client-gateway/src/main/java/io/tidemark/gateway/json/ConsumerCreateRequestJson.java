package io.tidemark.gateway.json;

import io.tidemark.meta.command.MetaCommand.PutConsumer.Action;
import io.tidemark.storage.Bytes;
import io.tidemark.stream.model.Checked;
import io.tidemark.stream.model.ConsumerConfigRequest;

/** The body of the requests that create or update a consumer. */
public final class ConsumerCreateRequestJson {
    private static final EnumNames<Action> ACTION = new EnumNames<>(
                    Action.class, value -> "unknown consumer action: " + JsonTree.textOf(value))
            .with("", Action.CREATE_OR_UPDATE)
            .with("create", Action.CREATE)
            .with("update", Action.UPDATE);

    private static final FieldTable<Draft, Void> FIELDS = FieldTable.<Draft, Void>strict("CreateConsumerRequest")
            .input("stream_name", (draft, value, place) -> draft.stream = GoValue.text(value, place))
            .input("config", (draft, value, place) -> ConsumerConfigJson.readAt(value, draft.config, place))
            .input("action", (draft, value, place) -> draft.action = ACTION.parse(value, place))
            .input("pedantic", (draft, value, place) -> draft.pedantic = GoValue.flag(value, place));

    private ConsumerCreateRequestJson() {}

    /** A request as sent. */
    public record ConsumerCreateRequest(String stream, ConsumerConfigRequest config, Action action) {}

    /** The request as sent, or what is wrong with it. An empty body is one that says nothing. */
    public static Checked<ConsumerCreateRequest> read(Bytes body) {
        return EmptyBody.isEmpty(body)
                ? new Checked.Accepted<>(new Draft().request())
                : FIELDS.read(body, new Draft(), draft -> new Checked.Accepted<>(draft.request()));
    }

    /** What was read so far. */
    private static final class Draft {
        private String stream = "";
        private final ConsumerConfigJson.Draft config = new ConsumerConfigJson.Draft();
        private Action action = Action.CREATE_OR_UPDATE;
        private boolean pedantic;

        private ConsumerCreateRequest request() {
            return new ConsumerCreateRequest(stream, config.request(pedantic), action);
        }
    }
}
