package io.tranship.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.stream.Stream;

/// Services that answer what a test told them, and the command that talks to them.
final class ServicesDouble implements AutoCloseable {

    record Reply(int code, String body) {}

    /// What a user saw.
    record Seen(int exitCode, String out, String err) {}

    private final HttpServer server;
    private final Map<String, Queue<Reply>> replies = new HashMap<>();
    private final List<String> requests = new ArrayList<>();

    ServicesDouble() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    /// One after the other; the last one stays.
    ServicesDouble on(String request, Reply... answers) {
        replies.put(request, new ArrayDeque<>(List.of(answers)));
        return this;
    }

    /// `POST /path?query body`, in their order.
    List<String> requests() {
        return List.copyOf(requests);
    }

    Seen run(String... args) {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        var terminal = new Terminal(stream(out), stream(err), false, false, false, 100);
        var address = "http://127.0.0.1:" + server.getAddress().getPort();
        var all =
                Stream.concat(
                                Stream.of(args),
                                Stream.of("--scheduler-url", address, "--status-url", address))
                        .toArray(String[]::new);
        var exitCode = Tranship.run(terminal, Path.of("."), all);
        return new Seen(
                exitCode,
                out.toString(StandardCharsets.UTF_8),
                err.toString(StandardCharsets.UTF_8));
    }

    private static PrintStream stream(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, true, StandardCharsets.UTF_8);
    }

    private synchronized void answer(HttpExchange exchange) throws IOException {
        var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        var request = exchange.getRequestMethod() + " " + exchange.getRequestURI();
        requests.add((request + " " + body).strip());
        var queue = replies.getOrDefault(request, new ArrayDeque<>());
        var reply =
                queue.size() > 1
                        ? queue.remove()
                        : queue.isEmpty() ? new Reply(404, "{}") : queue.element();
        var bytes = reply.body().getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(reply.code(), bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
