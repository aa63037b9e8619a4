package io.tranship.connectors;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/// Stands between a run and its server, reads what the run says, and can lose the reply to one
/// commit: the server has committed, and the run never hears of it.
final class CommitProxy implements AutoCloseable {

    private final ServerSocket listening;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final AtomicInteger statements = new AtomicInteger();
    private final AtomicInteger commitsLeft;
    private volatile boolean losing;

    /// @param loseReplyTo which commit's reply is lost, from 1; 0: none
    CommitProxy(int loseReplyTo) throws IOException {
        commitsLeft = new AtomicInteger(loseReplyTo == 0 ? Integer.MAX_VALUE : loseReplyTo);
        listening = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return listening.getLocalPort();
    }

    /// Statements that the run has had executed, BEGIN and COMMIT included.
    int statements() {
        return statements.get();
    }

    private void accept() {
        try {
            while (!listening.isClosed()) {
                var client = listening.accept();
                var server =
                        new Socket(
                                Database.SERVERS.postgresHost(), Database.SERVERS.postgresPort());
                sockets.add(client);
                sockets.add(server);
                Thread.ofVirtual().start(() -> requests(client, server));
                Thread.ofVirtual().start(() -> replies(client, server));
            }
        } catch (IOException _) {
            // Closed: the test is over.
        }
    }

    /// Message by message: `P` holds the text of a statement, `E` has it executed.
    private void requests(Socket client, Socket server) {
        try (client;
                server;
                var in = new DataInputStream(client.getInputStream())) {
            var out = server.getOutputStream();
            var commits = new HashSet<String>();
            passStartup(in, out);
            while (true) {
                var type = in.readByte();
                var length = in.readInt();
                var body = in.readNBytes(length - 4);
                if (type == 'E' || type == 'Q') {
                    statements.incrementAndGet();
                }
                if (isCommit(type, body, commits)) {
                    losing |= commitsLeft.decrementAndGet() == 0;
                }
                pass(out, type, length, body);
            }
        } catch (IOException _) {
            // One side has gone; try-with-resources ends the other.
        }
    }

    /// `P` gives a statement a name, `B` takes it up again.
    private static boolean isCommit(byte type, byte[] body, Set<String> commits) {
        var words = new String(body, StandardCharsets.UTF_8).split("\0", 3);
        if (type == 'P' && words[1].equals("COMMIT")) {
            commits.add(words[0]);
        }
        return type == 'B' && commits.contains(words[1]);
    }

    /// The one message without a type; a request for TLS comes before it and is refused here.
    private static void passStartup(DataInputStream in, OutputStream out) throws IOException {
        var length = in.readInt();
        var body = in.readNBytes(length - 4);
        out.write(new byte[] {0, 0, (byte) (length >> 8), (byte) length});
        out.write(body);
    }

    private static void pass(OutputStream out, byte type, int length, byte[] body)
            throws IOException {
        var message = ByteBuffer.allocate(1 + length).put(type).putInt(length).put(body);
        out.write(message.array());
    }

    private void replies(Socket client, Socket server) {
        try (client;
                server;
                InputStream in = server.getInputStream()) {
            var out = client.getOutputStream();
            var buffer = new byte[1 << 16];
            for (var n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                if (losing) {
                    losing = false;
                    throw new EOFException("the reply is lost");
                }
                out.write(buffer, 0, n);
            }
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
