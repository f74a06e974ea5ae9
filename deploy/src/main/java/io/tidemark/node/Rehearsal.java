package io.tidemark.node;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * Uses a node once, as a client would: a stream, a message, a consumer. Run when the distribution is built, so that the class
 * archive holds what a start and a first use need.
 */
final class Rehearsal {
    private static final int PATIENCE_MILLIS = 60_000;

    private final Socket socket;
    private final BufferedReader in;

    private Rehearsal(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(PATIENCE_MILLIS);
        in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    }

    /** Throws {@link IOException} where the node doesn't do what it should. */
    static void run(int port) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            new Rehearsal(socket).play();
        }
    }

    private void play() throws IOException {
        send("CONNECT {\"verbose\":false,\"headers\":true,\"no_responders\":true,\"protocol\":1}\r\nPING\r\n");
        expect("PONG");
        send("SUB _R.> 1\r\n");
        request("$JS.API.STREAM.CREATE.R", "{\"name\":\"R\",\"subjects\":[\"r\"]}");
        expect("stream_create_response");
        for (int i = 0; i < 100; i++) {
            request("r", "message " + i);
        }
        expect("\"seq\":100");
        request(
                "$JS.API.CONSUMER.CREATE.R.c",
                "{\"stream_name\":\"R\",\"config\":{\"durable_name\":\"c\",\"ack_policy\":\"explicit\"}}");
        expect("consumer_create_response");
        request("$JS.API.CONSUMER.MSG.NEXT.R.c", "{\"batch\":100,\"no_wait\":true}");
        expect("message 99");
        request("$JS.API.STREAM.INFO.R", "");
        expect("stream_info_response");
        request("$JS.API.STREAM.DELETE.R", "");
        expect("stream_delete_response");
    }

    private void request(String subject, String body) throws IOException {
        send("PUB " + subject + " _R.x " + body.length() + "\r\n" + body + "\r\n");
    }

    private void send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
        socket.getOutputStream().flush();
    }

    private void expect(String part) throws IOException {
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            if (line.contains(part)) {
                return;
            }
            if (line.contains("\"error\"") || line.startsWith("-ERR")) {
                throw new IOException("expected " + part + ", heard " + line);
            }
        }
        throw new IOException("expected " + part + ", the connection ended");
    }
}
