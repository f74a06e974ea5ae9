package io.tidemark.node;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.tidemark.node.config.NodeConfig;
import io.tidemark.storage.Bytes;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The monitoring endpoints over HTTP: each path is a page that is built when it is asked for. */
final class Monitoring implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Monitoring.class);
    private static final byte[] NOT_FOUND = "404 page not found\n".getBytes(StandardCharsets.UTF_8);

    private final NodeConfig.Listen listen;
    private final String basePath;
    private final Map<String, Page> pages = new HashMap<>();
    private final Map<String, LongAdder> requests = new ConcurrentHashMap<>();
    private final ExecutorService threads = Executors.newFixedThreadPool(2, work -> {
        Thread thread = new Thread(work, "monitoring");
        thread.setDaemon(true);
        return thread;
    });
    private final HttpServer server;

    /** What a path shows. */
    interface Page {
        Answer answer(Query query);
    }

    /** What is sent back. */
    record Answer(int status, String contentType, Bytes body) {
        static Answer json(Bytes body) {
            return new Answer(200, "application/json", body);
        }
    }

    /** A parameter that can't be understood: 400 with this text. */
    static final class BadQueryException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        BadQueryException(String message) {
            super(message);
        }
    }

    /** A request's parameters. */
    record Query(Map<String, String> parameters) {
        String text(String name) {
            return parameters.getOrDefault(name, "");
        }

        int number(String name) {
            String value = text(name);
            try {
                return value.isEmpty() ? 0 : Integer.parseInt(value);
            } catch (NumberFormatException bad) {
                throw new BadQueryException("Error decoding int for '" + name + "': strconv.Atoi: parsing \"" + value
                        + "\": invalid syntax");
            }
        }

        long unsigned(String name) {
            String value = text(name);
            try {
                return value.isEmpty() ? 0 : Long.parseUnsignedLong(value);
            } catch (NumberFormatException bad) {
                throw new BadQueryException("Error decoding uint64 for '" + name + "': strconv.ParseUint: parsing \""
                        + value + "\": invalid syntax");
            }
        }

        boolean flag(String name) {
            return switch (text(name)) {
                case "1", "t", "T", "true", "TRUE", "True" -> true;
                case "", "0", "f", "F", "false", "FALSE", "False" -> false;
                default ->
                    throw new BadQueryException("Error decoding boolean for '" + name
                            + "': strconv.ParseBool: parsing \"" + text(name) + "\": invalid syntax");
            };
        }
    }

    /** Throws {@link StartException} where it can't listen. */
    Monitoring(NodeConfig.Listen listen, String basePath) {
        this.listen = listen;
        this.basePath = basePath.isEmpty() || basePath.startsWith("/") ? basePath : "/" + basePath;
        try {
            server = HttpServer.create(new InetSocketAddress(listen.host(), Math.max(0, listen.port())), 128);
        } catch (IOException failed) {
            throw new StartException(
                    "Can't start monitoring: can't listen to the monitor port: " + failed.getMessage(), failed);
        }
        server.setExecutor(threads);
        server.createContext("/", this::handle);
    }

    void add(String path, Page page) {
        pages.put(path, page);
    }

    /** How often each path was asked for, by path. */
    Map<String, Long> requestCounts() {
        Map<String, Long> counts = new TreeMap<>();
        pages.keySet().forEach(path -> counts.put(path, 0L));
        requests.forEach((path, count) -> counts.put(path, count.sum()));
        return counts;
    }

    /** Opens it; returns the port. */
    int start() {
        LOG.info("Starting http monitor on {}:{}", listen.host(), port());
        server.start();
        return port();
    }

    int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            Answer answer = answer(exchange);
            exchange.getResponseHeaders().set("Content-Type", answer.contentType());
            exchange.getResponseHeaders().set("Access-Control-Allow-Origin", "*");
            exchange.sendResponseHeaders(
                    answer.status(),
                    answer.body().isEmpty() ? -1 : answer.body().size());
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(answer.body().toArray());
            }
        }
    }

    private Answer answer(HttpExchange exchange) {
        String path = exchange.getRequestURI().getPath();
        if (!path.startsWith(basePath)) {
            return notFound();
        }
        String inner = path.substring(basePath.length());
        String name = inner.isEmpty() && !basePath.isEmpty() ? "/" : inner;
        Page page = inner.equals("/") && !basePath.isEmpty() ? null : pages.get(name);
        if (page == null) {
            return notFound();
        }
        requests.computeIfAbsent(name, key -> new LongAdder()).increment();
        try {
            return page.answer(query(exchange.getRequestURI().getRawQuery()));
        } catch (BadQueryException bad) {
            return new Answer(400, "text/plain; charset=utf-8", Bytes.utf8(String.valueOf(bad.getMessage())));
        } catch (RuntimeException failed) {
            LOG.error("page {} failed", path, failed);
            return new Answer(500, "text/plain; charset=utf-8", Bytes.utf8(String.valueOf(failed.getMessage())));
        }
    }

    private static Answer notFound() {
        return new Answer(404, "text/plain; charset=utf-8", Bytes.wrap(NOT_FOUND));
    }

    private static Query query(@org.jspecify.annotations.Nullable String raw) {
        Map<String, String> parameters = new HashMap<>();
        if (raw != null) {
            for (String pair : raw.split("&", -1)) {
                int equals = pair.indexOf('=');
                String name = equals < 0 ? pair : pair.substring(0, equals);
                String value = equals < 0 ? "" : pair.substring(equals + 1);
                parameters.putIfAbsent(
                        URLDecoder.decode(name, StandardCharsets.UTF_8),
                        URLDecoder.decode(value, StandardCharsets.UTF_8));
            }
        }
        return new Query(parameters);
    }
}
