package weft.edge;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Passes connections on to another port, until it is frozen: then they stay, and nothing comes through, as from a host that was cut off. */
final class Relay implements AutoCloseable {
    private final ServerSocket socket;
    private final int to;
    private final List<Socket> open = new CopyOnWriteArrayList<>();
    private volatile boolean frozen;

    Relay(int to) throws IOException {
        this.to = to;
        socket = new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1"));
        Thread.startVirtualThread(this::accept);
    }

    int port() {
        return socket.getLocalPort();
    }

    void freeze() {
        frozen = true;
    }

    private void accept() {
        try {
            while (true) {
                Socket near = socket.accept();
                Socket far = new Socket(InetAddress.ofLiteral("127.0.0.1"), to);
                open.addAll(List.of(near, far));
                Thread.startVirtualThread(() -> pass(near, far));
                Thread.startVirtualThread(() -> pass(far, near));
            }
        } catch (IOException closed) {
            // the test has ended
        }
    }

    private void pass(Socket from, Socket into) {
        byte[] buffer = new byte[16_384];
        try {
            for (int n = from.getInputStream().read(buffer);
                    n >= 0;
                    n = from.getInputStream().read(buffer)) {
                if (!frozen) {
                    into.getOutputStream().write(buffer, 0, n);
                }
            }
            into.shutdownOutput();
        } catch (IOException closed) {
            // either end has gone
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
        for (Socket one : open) {
            one.close();
        }
    }
}
