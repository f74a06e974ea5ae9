package io.tidemark.node.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NodeConfigTest {
    @TempDir
    Path directory;

    private NodeConfig read(String text, String... flags) throws IOException {
        return read(Map.of(), text, flags);
    }

    private NodeConfig read(Map<String, String> environment, String text, String... flags) throws IOException {
        Path file = Files.writeString(directory.resolve("t.conf"), text);
        String[] all = new String[flags.length + 2];
        all[0] = "-c";
        all[1] = file.toString();
        System.arraycopy(flags, 0, all, 2, flags.length);
        return NodeConfig.read(CommandLine.parse(all), environment, NodeConfig.Defaults.ORIGINAL);
    }

    @Test
    void withoutAnythingItIsTheOriginalsDefaults() {
        NodeConfig config = NodeConfig.read(CommandLine.parse(), Map.of(), NodeConfig.Defaults.ORIGINAL);

        assertThat(config.client()).isEqualTo(new NodeConfig.Listen("0.0.0.0", 4222));
        assertThat(config.jetStream().enabled()).isFalse();
        assertThat(config.cluster()).isNull();
        assertThat(config.monitor()).isNull();
    }

    @Test
    void tidemarkHasItsStoreOn() {
        NodeConfig config = NodeConfig.read(CommandLine.parse(), Map.of(), NodeConfig.Defaults.STORE);

        assertThat(config.jetStream().enabled()).isTrue();
        assertThat(config.jetStream().storeDirectory()).isEqualTo(Path.of("tidemark-data/jetstream"));
    }

    @Test
    void readsABlockInEachOfItsSpellings() throws IOException {
        NodeConfig config = read("""
                # a comment
                listen: 127.0.0.1:-1
                jetstream { store_dir: "/data", max_mem = 1G, max_file: 10GB } // another
                max_payload 64KB; ping_interval = "30s", debug: yes
                authorization {
                  users = [
                    {user: a, password: b, permissions: {publish: ["x.>", y], subscribe: {deny: z}}}
                    {user: c, password: d}
                  ]
                }
                """);

        assertThat(config.client()).isEqualTo(new NodeConfig.Listen("127.0.0.1", -1));
        assertThat(config.jetStream().enabled()).isTrue();
        assertThat(config.jetStream().storeDirectory()).isEqualTo(Path.of("/data/jetstream"));
        assertThat(config.jetStream().maxMemory()).isEqualTo(1_000_000_000L);
        assertThat(config.jetStream().maxFile()).isEqualTo(10L << 30);
        assertThat(config.warnings()).isEmpty();
        assertThat(config.limits().maxPayload()).isEqualTo(64 << 10);
        assertThat(config.limits().pingInterval()).isEqualTo(Duration.ofSeconds(30));
        assertThat(config.logging().debug()).isTrue();
        assertThat(config.authorization().users())
                .extracting(NodeConfig.User::name)
                .containsExactly("a", "c");
        NodeConfig.Permissions permissions =
                Objects.requireNonNull(config.authorization().users().get(0).permissions());
        assertThat(permissions.publish()).isEqualTo(new NodeConfig.SubjectPermission(List.of("x.>", "y"), List.of()));
    }

    @Test
    void aJsonDocumentIsAConfiguration() throws IOException {
        assertThat(read("{\"port\": 4333, \"jetstream\": \"enabled\"}").client().port())
                .isEqualTo(4333);
    }

    @Test
    void theFileOfTheJavaScriptTestsIsTaken() throws IOException {
        NodeConfig config = read("""
                host: 127.0.0.1
                port: -1
                http: "127.0.0.1:-1"
                leafnodes {
                  listen: "127.0.0.1:-1"
                }
                server_tags [
                  id:ABCDEF
                ]
                cluster {
                  name: C
                  listen: "127.0.0.1:-1"
                  routes [
                    nats://127.0.0.1:6333
                  ]
                }
                """);

        NodeConfig.Cluster cluster = Objects.requireNonNull(config.cluster());
        assertThat(cluster.routes()).containsExactly("127.0.0.1:6333");
        assertThat(config.warnings()).hasSize(2);
    }

    @Test
    void variablesComeFromTheFileOrTheEnvironment() throws IOException {
        NodeConfig config = read(Map.of("OUTSIDE", "9"), "PORT = 4444\nport = $PORT\nping_max = $OUTSIDE\n");

        assertThat(config.client().port()).isEqualTo(4444);
        assertThat(config.limits().pingMax()).isEqualTo(9);
    }

    @Test
    void anIncludedFileMergesAtItsPlace() throws IOException {
        Files.writeString(directory.resolve("more.conf"), "port: 4555\n");

        assertThat(read("port: 1\ninclude \"more.conf\"\n").client().port()).isEqualTo(4555);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    foo: 1                       | t.conf:1:0: unknown field "foo"
                    port: "1"                    | t.conf:1:0: interface conversion: interface {} is string, not int64
                    max_sub_tokens: 300          | t.conf:1:0: max_sub_tokens value is too big
                    tls { }                      | t.conf:1:0: field "tls" is not supported yet
                    jetstream { domain: x }      | field "jetstream.domain" is not supported yet
                    server_name: "a b"           | server name cannot contain spaces
                    cluster{name: x}             | unknown field "cluster{name"
                    x: $Y                        | variable reference for 'Y' on line 1 can not be found
                    max_payload: 1.5MB           | Parse error on line 1
                    jetstream: 5                 | Expected map, bool or string to define JetStream, got int64
                    lame_duck_duration: "10s"    | invalid lame_duck_duration of 10s, minimum is 30 seconds
                    """)
    void aMistakeIsNamedWithItsPlace(String text, String message) {
        assertThatThrownBy(() -> read(text + "\n"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(message);
    }

    @Test
    void allMistakesAreReportedTogether() {
        assertThatThrownBy(() -> read("foo: 1\nbar: 2\n"))
                .hasMessageContaining("t.conf:1:0: unknown field \"foo\"")
                .hasMessageContaining("t.conf:2:1: unknown field \"bar\"");
    }

    @Test
    void theDigestIsThatOfTheValues() throws IOException {
        assertThat(read("port = 4333").files().digest())
                .isEqualTo(read("# layout\nport:   4333\n").files().digest())
                .isEqualTo("sha256:" + sha256("{\"port\":4333}\n"));
    }

    @Test
    void flagsOverrideTheFile() throws IOException {
        NodeConfig config = read(
                "port: 1\n", "-p", "-1", "--addr=127.0.0.1", "-js", "-sd", "/x", "-D", "--user", "u", "--pass", "p");

        assertThat(config.client()).isEqualTo(new NodeConfig.Listen("127.0.0.1", -1));
        assertThat(config.jetStream().enabled()).isTrue();
        assertThat(config.jetStream().storeDirectory()).isEqualTo(Path.of("/x/jetstream"));
        assertThat(config.authorization().users()).hasSize(1);
    }

    @Test
    void aClusterNeedsNames() {
        assertThatThrownBy(() -> NodeConfig.read(
                        CommandLine.parse("-js", "--cluster", "nats://127.0.0.1:6222"),
                        Map.of(),
                        NodeConfig.Defaults.ORIGINAL))
                .hasMessage("jetstream cluster requires `server_name` to be set");
        assertThatThrownBy(() -> NodeConfig.read(
                        CommandLine.parse("--routes", "nats://h:1"), Map.of(), NodeConfig.Defaults.ORIGINAL))
                .hasMessage("solicited routes require cluster capabilities, e.g. --cluster");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-x", "--nothing"})
    void anUnknownFlagIsNamedWithOneDash(String flag) {
        assertThatThrownBy(() -> CommandLine.parse(flag))
                .hasMessage("flag provided but not defined: -" + flag.replaceFirst("^--?", ""));
    }

    @Test
    void aFlagWithoutItsValueIsNamed() {
        assertThatThrownBy(() -> CommandLine.parse("-p")).hasMessage("flag needs an argument: -p");
        assertThatThrownBy(() -> CommandLine.parse("-p", "x"))
                .hasMessage("invalid value \"x\" for flag -p: parse error");
    }

    private static String sha256(String text) {
        try {
            return java.util.HexFormat.of()
                    .formatHex(java.security.MessageDigest.getInstance("SHA-256")
                            .digest(text.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
        } catch (java.security.NoSuchAlgorithmException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
