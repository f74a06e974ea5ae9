package io.tidemark.stream.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.storage.Bytes;
import io.tidemark.stream.command.ConsumerProgress;
import io.tidemark.stream.command.FrameOperation;
import io.tidemark.stream.command.StreamCommand;
import io.tidemark.stream.command.StreamEffect;
import io.tidemark.stream.command.StreamEffect.MessagesRemoved;
import io.tidemark.stream.command.StreamReply;
import io.tidemark.stream.command.StreamReply.Exceptional;
import io.tidemark.stream.command.StreamReply.FrameOutcome;
import io.tidemark.stream.model.MessageBlock;
import io.tidemark.stream.model.StoredMessage;
import io.tidemark.stream.model.StreamConfig;
import io.tidemark.stream.model.StreamState;
import io.tidemark.stream.model.SubjectFilter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Runs {@code scenarios/*.txt}: blocks of commands, {@code ----}, what they say. {@code -Dscenarios.rewrite=true} writes the
 * answers into the files.
 */
final class StreamScenarioTest {
    private static final Path DIRECTORY = Path.of("src/test/resources/scenarios");

    static List<String> scenarios() throws IOException {
        try (Stream<Path> files = Files.list(DIRECTORY)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith("stream-"))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("scenarios")
    void holds(String name) throws IOException {
        Path file = DIRECTORY.resolve(name);
        String text = Files.readString(file);

        String played = play(text);

        if (Boolean.getBoolean("scenarios.rewrite")) {
            Files.writeString(file, played);
        }
        assertThat(played).isEqualTo(Files.readString(file));
    }

    private static String play(String text) {
        StringBuilder played = new StringBuilder();
        Stage stage = new Stage();
        for (String block : text.strip().split("\n\n+")) {
            List<String> commands = new ArrayList<>();
            for (String line : block.split("\n")) {
                if (line.startsWith("----")) {
                    break;
                }
                played.append(line).append('\n');
                if (!line.startsWith("#") && !line.isBlank()) {
                    commands.add(line);
                }
            }
            if (!commands.isEmpty()) {
                played.append("----\n");
                commands.forEach(command -> played.append(stage.run(command)).append('\n'));
            }
            played.append('\n');
        }
        return played.toString().stripTrailing() + "\n";
    }

    /** One stream and what can be said to it. */
    private static final class Stage {
        private final StreamHarness stream = new StreamHarness();
        private final Map<String, Long> delivered = new TreeMap<>();
        private StreamConfig config = Configs.of("S");

        String run(String line) {
            List<String> words = List.of(line.split(" "));
            List<String> rest = words.subList(1, words.size());
            return switch (words.get(0)) {
                case "stream" -> configure(Configs.parse(rest));
                case "update" -> update(rest);
                case "append" -> append(rest);
                case "purge" -> outcome(stream.frame(purge(rest)));
                case "delete" ->
                    outcome(stream.frame(
                            new FrameOperation.Delete(Long.parseLong(rest.get(0)), FrameOperation.Erase.OVERWRITE)));
                case "expire" -> reply(stream.apply(new StreamCommand.RemoveExpired(stream.timeNanos)));
                case "free" -> reply(stream.apply(new StreamCommand.Free(10_000)));
                case "consumer" ->
                    reply(stream.apply(
                            stream.nextConsumer(Configs.consumer(rest.get(0), rest.subList(1, rest.size())))));
                case "remove" -> reply(stream.apply(stream.nextRemoval(rest.get(0))));
                case "ack" -> ack(rest);
                case "wait" -> pass(Long.parseLong(rest.get(0)));
                case "reopen" -> reopen();
                case "state" -> state();
                case "messages" -> messages();
                default -> throw new IllegalArgumentException(line);
            };
        }

        private String configure(StreamConfig next) {
            config = next;
            return reply(stream.apply(stream.nextConfigure(next)));
        }

        private String update(List<String> options) {
            StreamConfig next = config;
            for (String option : options) {
                next = Configs.with(
                        next, option.substring(0, option.indexOf('=')), option.substring(option.indexOf('=') + 1));
            }
            return configure(next);
        }

        /** {@code subject[:payload][{Header=value,Header=value}]} each. */
        private String append(List<String> messages) {
            MessageBlock.Builder block = new MessageBlock.Builder(64);
            for (String message : messages) {
                int brace = message.indexOf('{');
                String headers = brace < 0 ? "" : message.substring(brace + 1, message.length() - 1);
                String[] parts = (brace < 0 ? message : message.substring(0, brace)).split(":", 2);
                block.add(
                        Bytes.utf8(parts[0]),
                        headers.isEmpty() ? Bytes.EMPTY : headerBlock(headers),
                        parts.length < 2 ? Bytes.EMPTY : Bytes.utf8(parts[1]));
            }
            return outcome(stream.append(block.build()));
        }

        private static Bytes headerBlock(String headers) {
            return Bytes.utf8("NATS/1.0\r\n"
                    + Arrays.stream(headers.split(","))
                            .map(header -> header.replaceFirst("=", ": ") + "\r\n")
                            .collect(Collectors.joining())
                    + "\r\n");
        }

        private static FrameOperation purge(List<String> options) {
            String filter = "";
            long before = 0;
            long keep = 0;
            for (String option : options) {
                String value = option.substring(option.indexOf('=') + 1);
                if (option.startsWith("filter=")) {
                    filter = value;
                } else if (option.startsWith("seq=")) {
                    before = Long.parseLong(value);
                } else {
                    keep = Long.parseLong(value);
                }
            }
            return new FrameOperation.Purge(filter, before, keep);
        }

        /** Delivers sequences of the stream to a consumer that had none before them, and acks them. */
        private String ack(List<String> words) {
            List<ConsumerProgress.Delivery> deliveries = new ArrayList<>();
            List<ConsumerProgress.Settlement> settlements = new ArrayList<>();
            for (String word : words.subList(1, words.size())) {
                long sequence = Long.parseLong(word);
                deliveries.add(
                        new ConsumerProgress.Delivery(sequence, delivered.merge(words.get(0), 1L, Long::sum), 1));
                settlements.add(new ConsumerProgress.Settlement(ConsumerProgress.Settlement.Kind.ACK, sequence, 0));
            }
            stream.apply(new StreamCommand.RecordProgress(
                    List.of(new ConsumerProgress(words.get(0), List.of(), deliveries))));
            return reply(stream.apply(new StreamCommand.RecordProgress(
                    List.of(new ConsumerProgress(words.get(0), settlements, List.of())))));
        }

        private String pass(long seconds) {
            stream.timeNanos += seconds * StreamHarness.SECOND;
            return "ok";
        }

        private String reopen() {
            stream.reopen();
            return "ok";
        }

        private String outcome(FrameOutcome outcome) {
            if (outcome instanceof FrameOutcome.Appended appended) {
                List<String> parts = new ArrayList<>();
                if (appended.accepted() > 0) {
                    long last = appended.firstSequence() + appended.accepted() - 1;
                    parts.add("appended " + appended.firstSequence() + (appended.accepted() > 1 ? "-" + last : ""));
                }
                appended.exceptions().forEach(each -> parts.add(exception(each)));
                return String.join(", ", parts) + removed();
            }
            if (outcome instanceof FrameOutcome.Purged purged) {
                return "purged " + purged.count() + removed();
            }
            if (outcome instanceof FrameOutcome.Declined declined) {
                return declined.reason().error().errorCode() + " "
                        + declined.reason().description();
            }
            return "deleted" + removed();
        }

        private static String exception(Exceptional exceptional) {
            String at = "#" + exceptional.index() + " ";
            if (exceptional instanceof Exceptional.Duplicate duplicate) {
                return at + "duplicate of " + duplicate.sequence();
            }
            if (exceptional instanceof Exceptional.NotStored notStored) {
                return at + notStored.reason().error().errorCode() + " "
                        + notStored.reason().description();
            }
            return at + "not mine";
        }

        private String removed() {
            StringBuilder text = new StringBuilder();
            for (StreamEffect effect : stream.effects) {
                if (effect instanceof MessagesRemoved removed) {
                    text.append(", removed ").append(removed.cause()).append(' ');
                    text.append(removed.ranges().stream()
                            .map(range -> range.first() == range.last()
                                    ? "" + range.first()
                                    : range.first() + "-" + range.last())
                            .collect(Collectors.joining(" ")));
                }
            }
            return text.toString();
        }

        private String reply(StreamReply reply) {
            if (reply instanceof StreamReply.Refused refused) {
                return refused.reason().error().errorCode() + " "
                        + refused.reason().description();
            }
            return "ok" + removed();
        }

        private String state() {
            StreamReader reader = stream.reader();
            StreamState state = reader.state();
            return "messages=" + state.messages() + " bytes=" + state.bytes() + " first=" + state.firstSequence()
                    + " last=" + state.lastSequence() + " first_age=" + age(state.firstTimeNanos()) + " last_age="
                    + age(state.lastTimeNanos()) + " deleted=" + reader.deleted() + " subjects="
                    + reader.subjectCounts(SubjectFilter.ALL);
        }

        private String age(long timeNanos) {
            return timeNanos == 0 ? "none" : (stream.timeNanos - timeNanos) / StreamHarness.SECOND + "s";
        }

        private String messages() {
            List<String> found = new ArrayList<>();
            try (MessageCursor cursor = stream.reader().scan(SubjectFilter.ALL, 1)) {
                while (cursor.next()) {
                    StoredMessage message = cursor.message();
                    found.add(message.sequence() + ":" + message.subject() + ":"
                            + message.payload().utf8());
                }
            }
            return found.toString();
        }
    }
}
