package weft.client;

import java.io.IOException;
import java.nio.channels.FileLock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import weft.netio.LineServer;

/** Keeps a device connected, and answers {@link DaemonClient}s until one says disconnect. */
public final class Daemon implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Daemon.class);

    /** How long a predecessor that is just ending may take. */
    private static final Duration PREDECESSOR = Duration.ofSeconds(5);

    private static final long POLL_MILLIS = 50;

    private final StateDirectory directory;
    private final Connection.Settings settings;
    private final FileLock lock;
    private final CountDownLatch ended = new CountDownLatch(1);
    private Optional<Connection> connection = Optional.empty();
    private Optional<Refresher> refresher = Optional.empty();
    private Optional<LineServer> server = Optional.empty();

    private Daemon(StateDirectory directory, Connection.Settings settings, FileLock lock) {
        this.directory = directory;
        this.settings = settings;
        this.lock = lock;
    }

    /**
     * Begins to connect and listens on {@link StateDirectory#socket}.
     *
     * @throws NotRegisteredException if the directory holds no registration
     * @throws IOException if another daemon has the directory, or the connection cannot begin; then nothing is left
     */
    public static Daemon start(StateDirectory directory, Connection.Settings settings) throws IOException {
        Daemon daemon = new Daemon(directory, settings, lock(directory));
        try {
            daemon.connect();
            daemon.server = Optional.of(LineServer.open(directory.socket(), daemon::answer, daemon::answered));
            return daemon;
        } catch (IOException | RuntimeException e) {
            daemon.close();
            throw e;
        }
    }

    private static FileLock lock(StateDirectory directory) throws IOException {
        long deadline = System.nanoTime() + PREDECESSOR.toNanos();
        while (System.nanoTime() < deadline) {
            Optional<FileLock> lock = directory.lock();
            if (lock.isPresent()) {
                return lock.get();
            }
            try {
                Thread.sleep(POLL_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                break;
            }
        }
        throw new IOException("another daemon uses " + directory.path());
    }

    private String answer(String line) {
        return Message.PROTOCOL.reply(line, request -> switch (request.command()) {
            case CONNECT -> connect();
            case DISCONNECT -> disconnect();
            case STATUS -> status();
            case SETTINGS -> settings();
        });
    }

    private synchronized Status connect() throws IOException {
        if (status().state() == Status.State.DISCONNECTED) {
            end();
            Profile profile =
                    directory.profile().orElseThrow(() -> new NotRegisteredException(directory.registration()));
            Connection opened = Connection.open(profile, settings, directory.settings());
            connection = Optional.of(opened);
            refresher = Optional.of(new Refresher(directory, settings.refresh(), opened::told));
        }
        return status();
    }

    private synchronized Status status() {
        return connection.map(Connection::status).orElse(Status.disconnected(Optional.empty()));
    }

    private synchronized Status settings() throws IOException {
        DeviceSettings changed = directory.settings();
        connection.ifPresent(running -> running.settings(changed));
        return status();
    }

    private Status disconnect() throws IOException {
        release();
        return Status.disconnected(Optional.empty());
    }

    /** Whoever said disconnect has his answer before the process may end. */
    private void answered() {
        if (!lock.isValid()) {
            ended.countDown();
        }
    }

    /** Waits until somebody says disconnect. If the process is told to end meanwhile (SIGTERM), it disconnects first. */
    public void await() throws InterruptedException {
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(this::shutDown));
        ended.await();
    }

    private void shutDown() {
        try {
            release();
        } catch (IOException failed) {
            LOG.warn("while ending: {}", failed.getMessage());
        }
    }

    private void end() {
        refresher.ifPresent(Refresher::close);
        refresher = Optional.empty();
        connection.ifPresent(Connection::close);
        connection = Optional.empty();
    }

    private synchronized void release() throws IOException {
        end();
        if (server.isPresent()) {
            server.get().close();
            server = Optional.empty();
        }
        if (lock.isValid()) {
            lock.acquiredBy().close();
        }
    }

    /** Disconnects, and ends {@link #await}. */
    @Override
    public void close() throws IOException {
        release();
        ended.countDown();
    }
}
