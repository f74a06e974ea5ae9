package io.tidemark.node.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.node.config.Block.Row;
import io.tidemark.node.config.Block.Support;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The README's table of configuration keys is the code's. {@code -Dreadme.rewrite=true} writes it anew. */
class ConfigTableTest {
    private static final Path README = Path.of("..", "README.md");
    private static final String BEGIN = "<!-- keys: begin -->\n";
    private static final String END = "<!-- keys: end -->";

    @Test
    void theReadmesTableIsTheCodes() throws IOException {
        String readme = Files.readString(README);
        int begin = readme.indexOf(BEGIN) + BEGIN.length();
        int end = readme.indexOf(END);
        if (Boolean.getBoolean("readme.rewrite")) {
            Files.writeString(README, readme.substring(0, begin) + table() + readme.substring(end));
            return;
        }

        assertThat(readme.substring(begin, end)).isEqualTo(table());
    }

    private static String table() {
        StringBuilder table = new StringBuilder("| key | default | what |\n|---|---|---|\n");
        List<String> ignored = new ArrayList<>();
        List<String> refused = new ArrayList<>();
        for (Block<?> block : NodeConfigReader.blocks()) {
            String prefix = block.name().isEmpty() ? "" : block.name() + ".";
            for (Row<?> row : block.rows()) {
                String names = "`" + prefix + String.join("`, `", row.names()) + "`";
                if (row.support() == Support.USED) {
                    String fallback = row.fallback().isEmpty() ? "" : row.fallback();
                    table.append("| " + names + " | " + fallback + " | " + row.sentence() + " |\n");
                } else if (row.support() == Support.IGNORED) {
                    ignored.add("`" + prefix + row.names().get(0) + "`");
                } else {
                    refused.add("`" + prefix + row.names().get(0) + "`");
                }
            }
        }
        return table + "\nAccepted without effect, with a warning: " + String.join(", ", ignored)
                + ".\n\nRefused by name until they are supported: " + String.join(", ", refused) + ".\n";
    }
}
