package io.tidemark.node.config;

import io.tidemark.node.config.ConfigValue.BoolValue;
import io.tidemark.node.config.ConfigValue.DecimalValue;
import io.tidemark.node.config.ConfigValue.Entry;
import io.tidemark.node.config.ConfigValue.ListValue;
import io.tidemark.node.config.ConfigValue.MapValue;
import io.tidemark.node.config.ConfigValue.NumberValue;
import io.tidemark.node.config.ConfigValue.Place;
import io.tidemark.node.config.ConfigValue.TextValue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The configuration file's grammar: maps, arrays, numbers with size suffixes, variables, includes. Knows no keys.
 *
 * <p>Source: nats-server's file format (spec/config-file.md §1).
 */
final class ConfigFile {
    private static final Pattern NUMBER = Pattern.compile("(-?[0-9]+)([a-zA-Z]*)");
    private static final Pattern DECIMAL = Pattern.compile("-?[0-9]+\\.[0-9]+");
    private static final Pattern DECIMAL_WITH_SUFFIX = Pattern.compile("-?[0-9]+\\.[0-9]+(?i:[kmgtpe](i?b)?)");
    private static final String SIZES = "kmgtpe";
    private static final Set<String> TRUE = Set.of("true", "yes", "on");
    private static final Set<String> FALSE = Set.of("false", "no", "off");

    private final String file;
    private final @Nullable Path directory;
    private final String text;
    private final Function<String, @Nullable String> environment;
    private final Deque<Map<String, Entry>> scopes;
    private final Set<String> referenced;
    private final Set<String> resolving = new HashSet<>();
    private int at;
    private int line = 1;
    private int lineStart;

    private ConfigFile(
            String file,
            @Nullable Path directory,
            String text,
            Function<String, @Nullable String> environment,
            Deque<Map<String, Entry>> scopes,
            Set<String> referenced) {
        this.file = file;
        this.directory = directory;
        this.text = text;
        this.environment = environment;
        this.scopes = scopes;
        this.referenced = referenced;
    }

    /**
     * What a file says.
     *
     * @param referenced keys that were used as variables: they may be unknown
     * @param digest {@code sha256:…} of the values, layout and comments aside
     */
    record Parsed(MapValue root, Set<String> referenced, String digest) {}

    /** Throws {@link ConfigException} with the message that a user reads. */
    static Parsed read(Path path, Function<String, @Nullable String> environment) {
        String text;
        try {
            text = Files.readString(path);
        } catch (NoSuchFileException missing) {
            throw new ConfigException("open " + path + ": no such file or directory");
        } catch (IOException failed) {
            throw new ConfigException("open " + path + ": " + failed.getMessage());
        }
        Set<String> referenced = new HashSet<>();
        MapValue root = new ConfigFile(
                        path.toString(),
                        path.toAbsolutePath().getParent(),
                        text,
                        environment,
                        new ArrayDeque<>(),
                        referenced)
                .document();
        if (root.entries().isEmpty()) {
            throw new ConfigException(path + ": config has no values or is empty");
        }
        return new Parsed(root, referenced, digest(root));
    }

    private MapValue document() {
        Map<String, Entry> entries = new LinkedHashMap<>();
        scopes.push(entries);
        skipBetween();
        boolean braced = peek() == '{';
        if (braced) {
            at++;
        }
        pairs(entries, braced);
        scopes.pop();
        return new MapValue(entries);
    }

    private void pairs(Map<String, Entry> entries, boolean braced) {
        while (true) {
            skipBetween();
            if (at >= text.length()) {
                if (braced && scopes.size() > 1) {
                    throw parseError("Unexpected EOF processing map");
                }
                return;
            }
            if (peek() == '}') {
                at++;
                return;
            }
            pair(entries);
            endOfPair();
        }
    }

    private void pair(Map<String, Entry> entries) {
        Place place = place();
        boolean quoted = peek() == '"' || peek() == '\'';
        String key = quoted ? quotedText() : bareKey();
        if (key.isEmpty()) {
            throw parseError("Unexpected key separator '" + peek() + "'");
        }
        boolean blank = skipBlanks();
        if (!quoted && blank && key.equalsIgnoreCase("include") && peek() != '=' && peek() != ':') {
            include(entries);
            return;
        }
        if (peek() == '=' || peek() == ':') {
            at++;
            skipBlanks();
        } else if (at >= text.length() || peek() == '\n') {
            throw new ConfigException("config is invalid (" + place + ")");
        }
        ConfigValue value = value(false);
        entries.put(key, new Entry(key, place, value));
    }

    private void include(Map<String, Entry> entries) {
        ConfigValue value = value(false);
        if (!(value instanceof TextValue name)) {
            throw parseError("Expected a file name after include");
        }
        Path path = directory == null ? Path.of(name.text()) : directory.resolve(name.text());
        String included;
        try {
            included = Files.readString(path);
        } catch (NoSuchFileException missing) {
            throw new ConfigException(
                    "error parsing include file '" + name.text() + "', open " + path + ": no such file or directory");
        } catch (IOException failed) {
            throw new ConfigException(
                    "error parsing include file '" + name.text() + "', open " + path + ": " + failed.getMessage());
        }
        new ConfigFile(path.toString(), path.toAbsolutePath().getParent(), included, environment, scopes, referenced)
                .pairs(entries, false);
    }

    private ConfigValue value(boolean inArray) {
        return switch (peek()) {
            case '{' -> map();
            case '[' -> {
                at++;
                yield list();
            }
            case '"', '\'' -> new TextValue(quotedText());
            case '(' -> new TextValue(block());
            default -> bareValue(bareWord(inArray));
        };
    }

    private MapValue map() {
        at++;
        Map<String, Entry> entries = new LinkedHashMap<>();
        scopes.push(entries);
        pairs(entries, true);
        scopes.pop();
        return new MapValue(entries);
    }

    private ListValue list() {
        List<ConfigValue> values = new ArrayList<>();
        while (true) {
            skipSpaceAndComments();
            if (at >= text.length()) {
                throw parseError("Unexpected EOF processing array");
            }
            if (peek() == ']') {
                at++;
                return new ListValue(values);
            }
            if (peek() == ',') {
                throw parseError("Unexpected array value terminator ','");
            }
            values.add(value(true));
            int before = line;
            skipSpaceAndComments();
            if (peek() == ',') {
                at++;
            } else if (peek() != ']' && line == before) {
                throw parseError("Expected an array value terminator ',' or an array terminator ']', but got '" + peek()
                        + "' instead");
            }
        }
    }

    private ConfigValue bareValue(String word) {
        if (word.startsWith("$") && word.length() > 1 && !word.startsWith("$2a$")) {
            return variable(word.substring(1));
        }
        String lower = word.toLowerCase(Locale.ROOT);
        if (TRUE.contains(lower)) {
            return new BoolValue(true);
        }
        if (FALSE.contains(lower)) {
            return new BoolValue(false);
        }
        Matcher number = NUMBER.matcher(word);
        if (number.matches()) {
            long scale = scale(number.group(2));
            if (scale > 0) {
                try {
                    return new NumberValue(Math.multiplyExact(Long.parseLong(number.group(1)), scale));
                } catch (ArithmeticException | NumberFormatException tooLarge) {
                    throw parseError("Integer '" + word + "' is out of the range");
                }
            }
        }
        if (DECIMAL.matcher(word).matches()) {
            return new DecimalValue(Double.parseDouble(word));
        }
        if (DECIMAL_WITH_SUFFIX.matcher(word).matches()) {
            throw parseError("Expected a top-level value to end with a new line, comment or EOF, but got '"
                    + word.charAt(word.length() - 1) + "' instead.");
        }
        return new TextValue(word);
    }

    private ConfigValue variable(String name) {
        referenced.add(name);
        for (Map<String, Entry> scope : scopes) {
            Entry found = scope.get(name);
            if (found != null) {
                return found.value();
            }
        }
        String outside = environment.apply(name);
        if (outside == null) {
            throw new ConfigException("variable reference for '" + name + "' on line " + line + " can not be found");
        }
        if (!resolving.add(name)) {
            throw new ConfigException("variable reference cycle for '" + name + "'");
        }
        ConfigFile inner = new ConfigFile(file, directory, outside, environment, scopes, referenced);
        inner.resolving.addAll(resolving);
        try {
            return inner.value(false);
        } finally {
            resolving.remove(name);
        }
    }

    /** 1 for no suffix, 0 for a word that is none. */
    private static long scale(String suffix) {
        if (suffix.isEmpty()) {
            return 1;
        }
        String lower = suffix.toLowerCase(Locale.ROOT);
        int power = SIZES.indexOf(lower.charAt(0)) + 1;
        if (power == 0) {
            return 0;
        }
        return switch (lower.substring(1)) {
            case "" -> power(1000, power);
            case "b", "i", "ib" -> power(1024, power);
            default -> 0;
        };
    }

    private static long power(long base, int exponent) {
        long result = 1;
        for (int i = 0; i < exponent; i++) {
            result *= base;
        }
        return result;
    }

    private String bareKey() {
        int start = at;
        while (at < text.length() && !Character.isWhitespace(peek()) && peek() != '=' && peek() != ':') {
            at++;
        }
        return text.substring(start, at);
    }

    private String bareWord(boolean inArray) {
        int start = at;
        while (at < text.length()) {
            char c = peek();
            if (Character.isWhitespace(c) || c == ',' || c == ';' || (inArray ? c == ']' : c == '}')) {
                break;
            }
            at++;
        }
        return text.substring(start, at);
    }

    private String quotedText() {
        char quote = peek();
        at++;
        StringBuilder value = new StringBuilder();
        while (at < text.length() && peek() != quote) {
            char c = text.charAt(at++);
            if (c == '\n') {
                newLine();
            }
            value.append(c == '\\' && quote == '"' ? escape() : c);
        }
        if (at >= text.length()) {
            throw parseError("Unexpected EOF.");
        }
        at++;
        return value.toString();
    }

    private char escape() {
        char c = at < text.length() ? text.charAt(at++) : '\0';
        return switch (c) {
            case 't' -> '\t';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case '"' -> '"';
            case '\\' -> '\\';
            case 'x' -> {
                if (at + 2 > text.length()) {
                    throw parseError("Expected two hexadecimal digits after '\\x'");
                }
                try {
                    char value = (char) Integer.parseInt(text, at, at + 2, 16);
                    at += 2;
                    yield value;
                } catch (NumberFormatException bad) {
                    throw parseError("Expected two hexadecimal digits after '\\x'");
                }
            }
            default ->
                throw parseError("Invalid escape character '" + c
                        + "'. Only the following escape characters are allowed: \\xXX, \\t, \\n, \\r, \\\", \\\\.");
        };
    }

    private String block() {
        int start = text.indexOf('\n', at);
        int end = start;
        while (end >= 0) {
            int next = text.indexOf('\n', end + 1);
            String candidate = text.substring(end + 1, next < 0 ? text.length() : next);
            if (candidate.strip().equals(")")) {
                for (int i = at; i <= end; i++) {
                    if (text.charAt(i) == '\n') {
                        line++;
                        lineStart = i + 1;
                    }
                }
                at = end + 1 + candidate.indexOf(')') + 1;
                return text.substring(start + 1, Math.max(start + 1, end + 1));
            }
            end = next;
        }
        throw parseError("Unexpected EOF processing block.");
    }

    /** Pairs end by a line end, a comma, a semicolon, the map's end or the file's. */
    private void endOfPair() {
        skipBlanks();
        skipComment();
        if (at < text.length() && peek() != '\n' && peek() != ',' && peek() != ';' && peek() != '}') {
            throw parseError("Expected a top-level value to end with a new line, comment or EOF, but got '" + peek()
                    + "' instead.");
        }
    }

    private void skipBetween() {
        while (true) {
            skipSpaceAndComments();
            if (peek() == ',' || peek() == ';') {
                at++;
            } else {
                return;
            }
        }
    }

    private void skipSpaceAndComments() {
        while (at < text.length()) {
            char c = peek();
            if (c == '\n') {
                at++;
                newLine();
            } else if (Character.isWhitespace(c)) {
                at++;
            } else if (!skipComment()) {
                return;
            }
        }
    }

    private boolean skipComment() {
        if (peek() == '#' || text.startsWith("//", at)) {
            while (at < text.length() && peek() != '\n') {
                at++;
            }
            return true;
        }
        return false;
    }

    private boolean skipBlanks() {
        int start = at;
        while (at < text.length() && peek() != '\n' && Character.isWhitespace(peek())) {
            at++;
        }
        return at > start;
    }

    private void newLine() {
        line++;
        lineStart = at;
    }

    private char peek() {
        return at < text.length() ? text.charAt(at) : '\0';
    }

    private Place place() {
        return new Place(file, line, at - lineStart + (line == 1 ? 0 : 1));
    }

    private ConfigException parseError(String what) {
        return new ConfigException("Parse error on line " + line + ": '" + what + "'");
    }

    private static String digest(MapValue root) {
        StringBuilder json = new StringBuilder();
        write(root, json);
        json.append('\n');
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256").digest(json.toString().getBytes(StandardCharsets.UTF_8));
            return "sha256:" + HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }

    private static void write(ConfigValue value, StringBuilder json) {
        if (value instanceof MapValue map) {
            char separator = '{';
            for (Map.Entry<String, Entry> entry : new TreeMap<>(map.entries()).entrySet()) {
                json.append(separator);
                writeText(entry.getKey(), json);
                json.append(':');
                write(entry.getValue().value(), json);
                separator = ',';
            }
            json.append(separator == '{' ? "{}" : "}");
        } else if (value instanceof ListValue list) {
            char separator = '[';
            for (ConfigValue element : list.values()) {
                json.append(separator);
                write(element, json);
                separator = ',';
            }
            json.append(separator == '[' ? "[]" : "]");
        } else if (value instanceof TextValue string) {
            writeText(string.text(), json);
        } else if (value instanceof NumberValue number) {
            json.append(number.number());
        } else if (value instanceof DecimalValue number) {
            json.append(number.number());
        } else if (value instanceof BoolValue bool) {
            json.append(bool.value());
        }
    }

    private static void writeText(String text, StringBuilder json) {
        json.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"', '\\' -> json.append('\\').append(c);
                case '\n' -> json.append("\\n");
                case '\r' -> json.append("\\r");
                case '\t' -> json.append("\\t");
                case '<', '>', '&' -> json.append(String.format("\\u%04x", (int) c));
                default -> {
                    if (c < ' ') {
                        json.append(String.format("\\u%04x", (int) c));
                    } else {
                        json.append(c);
                    }
                }
            }
        }
        json.append('"');
    }
}
