package weft.edge;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Debian's etcd on 127.0.0.1, which lets nobody in without a certificate. */
final class TestEtcd {
    private static final long MOST_NANOS = Duration.ofSeconds(60).toNanos();

    private final Path directory;
    private final EtcdConfig.Tls server;
    private final EtcdConfig.Tls client;
    private final int port = freePort();
    private final int peerPort = freePort();
    private @Nullable Process process;

    /** @param client whoever waits until it serves */
    TestEtcd(Path directory, EtcdConfig.Tls server, EtcdConfig.Tls client) throws IOException {
        this.directory = directory;
        this.server = server;
        this.client = client;
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }

    URI url() {
        return URI.create("https://127.0.0.1:" + port);
    }

    int port() {
        return port;
    }

    void start() throws IOException, InterruptedException {
        String peer = "http://127.0.0.1:" + peerPort;
        process = new ProcessBuilder(
                        "etcd",
                        "--name=etcd",
                        "--data-dir=" + directory.resolve("data"),
                        "--listen-client-urls=" + url(),
                        "--advertise-client-urls=" + url(),
                        "--listen-peer-urls=" + peer,
                        "--initial-advertise-peer-urls=" + peer,
                        "--initial-cluster=etcd=" + peer,
                        "--client-cert-auth",
                        "--trusted-ca-file=" + server.caFile(),
                        "--cert-file=" + server.certificate(),
                        "--key-file=" + server.key())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        directory.resolve("etcd.log").toFile()))
                .start();
        awaitService();
    }

    private void awaitService() throws IOException, InterruptedException {
        long began = System.nanoTime();
        try (Etcd etcd = new Etcd(new EtcdConfig(List.of(url()), "/test/", Optional.of(client)))) {
            while (true) {
                try {
                    etcd.range("/test/");
                    return;
                } catch (IOException notYet) {
                    if (System.nanoTime() - began > MOST_NANOS) {
                        throw new IOException(
                                "etcd does not serve:\n" + Files.readString(directory.resolve("etcd.log")), notYet);
                    }
                    TimeUnit.MILLISECONDS.sleep(100);
                }
            }
        }
    }

    /** As by kill -9. */
    void kill() throws InterruptedException {
        Process running = process;
        if (running != null) {
            running.destroyForcibly().waitFor();
        }
    }
}
