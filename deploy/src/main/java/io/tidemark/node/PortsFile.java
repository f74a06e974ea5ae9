package io.tidemark.node;

import io.tidemark.gateway.json.Json;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The file that tells test suites where a node listens: named by the program and its pid, gone when the node is. */
final class PortsFile implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PortsFile.class);

    private final Path file;

    private PortsFile(Path file) {
        this.file = file;
    }

    /** host:port of each listener; empty where there is none. */
    record Listeners(String clients, String monitoring, String cluster) {}

    /** A directory that can't be written is reported in the log; the node goes on. */
    static PortsFile write(Path directory, String program, Listeners listeners) {
        Path file = directory.resolve(program + "_" + ProcessHandle.current().pid() + ".ports");
        try {
            Files.write(
                    file,
                    Json.object(json -> {
                                json.textsIfAny("nats", urls("nats", listeners.clients()));
                                json.textsIfAny("monitoring", urls("http", listeners.monitoring()));
                                json.textsIfAny("cluster", urls("nats", listeners.cluster()));
                            })
                            .toArray());
        } catch (IOException failed) {
            LOG.error("Error writing ports file ({}): {}", file, failed.toString());
        }
        return new PortsFile(file);
    }

    @Override
    public void close() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException failed) {
            LOG.error("Error removing ports file ({}): {}", file, failed.toString());
        }
    }

    /** One URL per address; a listener on all interfaces has one for each. */
    static List<String> urls(String scheme, String address) {
        if (address.isEmpty()) {
            return List.of();
        }
        int colon = address.lastIndexOf(':');
        String host = address.substring(0, colon);
        List<String> urls = new ArrayList<>();
        for (String each : host.equals("0.0.0.0") || host.equals("::") ? interfaces() : List.of(host)) {
            urls.add(scheme + "://" + (each.contains(":") ? "[" + each + "]" : each) + address.substring(colon));
        }
        return urls;
    }

    /** The IPv4 addresses of this machine, the loopback's last. */
    static List<String> interfaces() {
        List<String> addresses = new ArrayList<>();
        try {
            for (NetworkInterface each : Collections.list(NetworkInterface.getNetworkInterfaces())) {
                for (InetAddress address : Collections.list(each.getInetAddresses())) {
                    if (address instanceof Inet4Address && !address.isLoopbackAddress()) {
                        addresses.add(address.getHostAddress());
                    }
                }
            }
        } catch (SocketException failed) {
            LOG.warn("the network interfaces can't be listed: {}", failed.toString());
        }
        addresses.add("127.0.0.1");
        return addresses;
    }
}
