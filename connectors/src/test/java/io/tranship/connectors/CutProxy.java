package io.tranship.connectors;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/// Stands between a run and its server and cuts the connection at one of its steps, for good: each
/// statement that is executed is a step, and so are the first rows of each COPY.
final class CutProxy implements AutoCloseable {

    private final ServerSocket listening;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final AtomicInteger stepsLeft;
    private final boolean arrives;
    private volatile boolean cut;
    private byte last;

    /// @param step before which it is cut, from 1
    /// @param arrives the server gets that step still, and only its reply is lost
    CutProxy(int step, boolean arrives) throws IOException {
        this.stepsLeft = new AtomicInteger(step);
        this.arrives = arrives;
        listening = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return listening.getLocalPort();
    }

    boolean hasCut() {
        return cut;
    }

    private void accept() {
        try {
            while (!listening.isClosed()) {
                var client = listening.accept();
                if (cut) {
                    client.close();
                    continue;
                }
                var server =
                        new Socket(
                                Database.SERVERS.postgresHost(), Database.SERVERS.postgresPort());
                // Else each message waits for the one before to be acknowledged.
                client.setTcpNoDelay(true);
                server.setTcpNoDelay(true);
                sockets.add(client);
                sockets.add(server);
                Thread.ofVirtual().start(() -> requests(client, server));
                Thread.ofVirtual().start(() -> replies(client, server));
            }
        } catch (IOException _) {
            // Closed: the test is over.
        }
    }

    private void requests(Socket client, Socket server) {
        try (client;
                server;
                var in = new DataInputStream(client.getInputStream())) {
            var out = server.getOutputStream();
            passStartup(in, out);
            while (!cut) {
                pass(in, out);
            }
            // What was passed on is executed, as the server reads before it sees the end.
            client.close();
        } catch (IOException _) {
            // One side has gone; try-with-resources ends the other.
        }
    }

    private void pass(DataInputStream in, OutputStream out) throws IOException {
        var type = in.readByte();
        var length = in.readInt();
        var body = in.readNBytes(length - 4);
        var isStep = type == 'E' || type == 'Q' || (type == 'd' && last != 'd');
        last = type;
        if (isStep && stepsLeft.decrementAndGet() == 0) {
            if (arrives) {
                write(out, type, body);
                if (type == 'E') {
                    write(out, (byte) 'S', new byte[0]);
                }
            }
            cut = true;
        } else {
            write(out, type, body);
        }
    }

    private static void write(OutputStream out, byte type, byte[] body) throws IOException {
        var message = ByteBuffer.allocate(5 + body.length).put(type).putInt(4 + body.length);
        out.write(message.put(body).array());
    }

    /// The one message without a type.
    private static void passStartup(DataInputStream in, OutputStream out) throws IOException {
        var length = in.readInt();
        var body = in.readNBytes(length - 4);
        out.write(ByteBuffer.allocate(length).putInt(length).put(body).array());
    }

    private static void replies(Socket client, Socket server) {
        try (client;
                server;
                InputStream in = server.getInputStream()) {
            in.transferTo(client.getOutputStream());
        } catch (IOException _) {
            // As above.
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
        for (var socket : sockets) {
            socket.close();
        }
    }
}
