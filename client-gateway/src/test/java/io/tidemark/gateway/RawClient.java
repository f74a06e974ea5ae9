package io.tidemark.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;

/** A client that says exactly what the test says. */
final class RawClient implements Closeable {
    static final String CONNECT =
            "CONNECT {\"verbose\":false,\"pedantic\":false,\"headers\":true,\"no_responders\":true}\r\n";

    private final Socket socket;
    private final InputStream in;

    RawClient(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(60_000);
        in = new BufferedInputStream(socket.getInputStream());
    }

    /** Connected, with headers and no-responders, INFO read. */
    static RawClient connected(int port) throws IOException {
        RawClient client = new RawClient(port);
        client.line();
        client.send(CONNECT);
        client.barrier();
        return client;
    }

    void send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(ISO_8859_1));
        socket.getOutputStream().flush();
    }

    /** All that comes until the answer to a ping sent now. */
    String barrier() throws IOException {
        send("PING\r\n");
        StringBuilder before = new StringBuilder();
        for (String line = line(); !line.equals("PONG\r\n"); line = line()) {
            before.append(line);
        }
        return before.toString();
    }

    /** The next line but the server's pings, which come when they like: they are answered. */
    String line() throws IOException {
        String line = nextLine();
        while (line.equals("PING\r\n")) {
            send("PONG\r\n");
            line = nextLine();
        }
        return line;
    }

    /** Up to and with the next LF; what there is where the connection ends. */
    private String nextLine() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c >= 0; c = in.read()) {
            line.append((char) c);
            if (c == '\n') {
                break;
            }
        }
        return line.toString();
    }

    /** So many lines. */
    String lines(int count) throws IOException {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < count; i++) {
            lines.append(line());
        }
        return lines.toString();
    }

    /** All that comes until the server closes. */
    String rest() throws IOException {
        return new String(in.readAllBytes(), ISO_8859_1);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
