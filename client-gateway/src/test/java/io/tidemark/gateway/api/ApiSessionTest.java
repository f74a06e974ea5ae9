package io.tidemark.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Replays sessions that were recorded against upstream's server: its answers must be ours. */
class ApiSessionTest {
    @Test
    void aServerWithoutAClusterAnswersAsUpstream() {
        String session = resource("standalone.txt");

        assertThat(replay(session, ApiFixture.standalone())).isEqualTo(session);
    }

    @Test
    void aServerOfAClusterAnswersAsUpstream() {
        String session = resource("cluster.txt");
        ApiFixture cluster = ApiFixture.clustered();
        cluster.streams.show(FakeStreamClient.group("n3", "n1", "n2"));

        assertThat(replay(session, cluster)).isEqualTo(session);
    }

    private static String replay(String session, ApiFixture api) {
        List<String> replayed = new ArrayList<>();
        String headers = "";
        for (String line : session.split("\n", -1)) {
            if (line.startsWith("<")) {
                continue;
            }
            replayed.add(line);
            String[] words = line.split(" ", 3);
            if (line.startsWith("^")) {
                headers = "NATS/1.0\r\n" + line.substring(2) + "\r\n\r\n";
            } else if (line.startsWith("+")) {
                api.streams.store("S", words[1], headers, words[2]);
                headers = "";
            } else if (line.startsWith(">")) {
                String answers = api.ask(words[1], headers, words.length > 2 ? words[2] : "");
                answers(answers).forEach(answer -> replayed.add("< " + mask(answer)));
                headers = "";
            }
        }
        return String.join("\n", replayed);
    }

    /** A header block's lines are joined by bars. */
    private static List<String> answers(String text) {
        return List.of(text.replace("\r\n\r\n", "|| ").replace("\r\n", "|").split("\n"));
    }

    private static String mask(String answer) {
        return answer.replaceAll(
                        "\"(created|ts|time|first_ts|last_ts|leader_since)\":\"(?!0001)[^\"]*\"", "\"$1\":\"T\"")
                .replaceAll("Nats-Time-Stamp: [^|]*", "Nats-Time-Stamp: T")
                .replaceAll("\"bytes\":\\d+", "\"bytes\":0")
                .replaceAll("\"active\":\\d+", "\"active\":0")
                .replaceAll("\"raft_group\":\"[^\"]*\"", "\"raft_group\":\"G\"")
                .replaceAll("\"api\":\\{[^}]*}", "\"api\":{}")
                .replaceAll("\"(memory|storage)\":\\d+", "\"$1\":0")
                .replaceAll("\"server\":\\{[^}]*}", "\"server\":{}");
    }

    /** Without what is known to differ: Go writes three characters as escapes. */
    private static String resource(String name) {
        try (InputStream in = ApiSessionTest.class.getResourceAsStream("/api/" + name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .replace("\\u003e", ">")
                    .replace("\\u003c", "<")
                    .replace("\\u0026", "&");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
