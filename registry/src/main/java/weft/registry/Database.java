package weft.registry;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.HandleCallback;
import org.jdbi.v3.core.Jdbi;
import org.postgresql.ds.PGSimpleDataSource;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/**
 * The one place that knows which database it is: SQLite in a file, or PostgreSQL.
 *
 * <p>SQLite has one writer at a time, and its driver waits for that inside native code, where a virtual thread holds on
 * to its carrier: two such waits on two cores would stop the very thread that they wait for. So writers queue up at a
 * lock of ours first, and SQLite's own busy timeout is left for other processes (a backup, a shell).
 */
final class Database implements AutoCloseable {
    private static final int SQLITE_CONNECTIONS = 4;
    private static final int POSTGRESQL_CONNECTIONS = 8;
    private static final int BUSY_TIMEOUT_MILLIS = 10_000;
    private static final int OWN_TIMEOUT_SECONDS = 5;

    private final HikariDataSource pool;
    private final Jdbi jdbi;
    private final Jdbi unpooled;
    private final Optional<ReentrantLock> writer;

    private Database(HikariConfig config, DataSource source, boolean oneWriter) {
        config.setPoolName("registry");
        config.setMinimumIdle(1);
        pool = new HikariDataSource(config);
        jdbi = Jdbi.create(pool);
        unpooled = Jdbi.create(source);
        writer = oneWriter ? Optional.of(new ReentrantLock()) : Optional.empty();
    }

    /** @throws IOException if there is no such database, or its schema is of a newer program */
    static Database open(String where, Optional<Path> password) throws IOException {
        Database database = connect(where, password);
        try {
            database.write(handle -> {
                Schema.migrate(handle, database.isShared());
                return true;
            });
            return database;
        } catch (RuntimeException e) {
            database.close();
            throw new IOException("cannot set up the database " + withoutSecrets(where) + ": " + e.getMessage(), e);
        }
    }

    private static Database connect(String where, Optional<Path> password) throws IOException {
        try {
            if (where.startsWith("sqlite:")) {
                DataSource file = sqlite(Path.of(where.substring("sqlite:".length())));
                HikariConfig config = new HikariConfig();
                config.setDataSource(file);
                config.setMaximumPoolSize(SQLITE_CONNECTIONS);
                return new Database(config, file, true);
            }
            if (where.startsWith("postgresql://")) {
                HikariConfig config = postgresql(new URI(where), password);
                return new Database(config, own(config), false);
            }
        } catch (URISyntaxException e) {
            throw new IOException("the database's address is not a URL: " + e.getReason(), e);
        } catch (RuntimeException e) {
            throw new IOException("cannot open the database " + withoutSecrets(where) + ": " + e.getMessage(), e);
        }
        throw new IOException(
                "a database is sqlite:PATH or postgresql://USER@HOST:PORT/NAME, not " + withoutSecrets(where));
    }

    private static DataSource sqlite(Path file) throws IOException {
        if (!Files.exists(file)) {
            TokenFile.createPrivate(file);
        }
        TokenFile.requirePrivate(file);
        SQLiteConfig sqlite = new SQLiteConfig();
        sqlite.setJournalMode(SQLiteConfig.JournalMode.WAL);
        sqlite.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        sqlite.setTransactionMode(SQLiteConfig.TransactionMode.IMMEDIATE);
        sqlite.setBusyTimeout(BUSY_TIMEOUT_MILLIS);
        sqlite.enforceForeignKeys(true);
        SQLiteDataSource source = new SQLiteDataSource(sqlite);
        source.setUrl("jdbc:sqlite:" + file);
        return source;
    }

    private static HikariConfig postgresql(URI url, Optional<Path> password) throws IOException {
        String user = url.getUserInfo();
        if (user == null || user.contains(":")) {
            throw new IOException("the database's URL names a user, as in postgresql://weft@localhost/weft;"
                    + " the password goes into a file of mode 0600");
        }
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl("jdbc:postgresql://" + url.getHost() + (url.getPort() < 0 ? "" : ":" + url.getPort())
                + url.getRawPath() + (url.getRawQuery() == null ? "" : "?" + url.getRawQuery()));
        config.setUsername(user);
        if (password.isPresent()) {
            TokenFile.requirePrivate(password.get());
            config.setPassword(Files.readString(password.get()).strip());
        }
        config.setMaximumPoolSize(POSTGRESQL_CONNECTIONS);
        return config;
    }

    /** The same database; a connection that falls silent, as one to a lost host does, ends after a few seconds. */
    private static DataSource own(HikariConfig pool) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(pool.getJdbcUrl());
        source.setUser(pool.getUsername());
        source.setPassword(pool.getPassword());
        source.setApplicationName("weft registry, changes");
        source.setConnectTimeout(OWN_TIMEOUT_SECONDS);
        source.setSocketTimeout(OWN_TIMEOUT_SECONDS);
        return source;
    }

    private static String withoutSecrets(String where) {
        return where.replaceFirst("//[^@/]*@", "//…@");
    }

    /** Whether other processes write to it too. */
    boolean isShared() {
        return writer.isEmpty();
    }

    /** A connection outside the pool; the caller's to close. */
    Handle own() {
        return unpooled.open();
    }

    /** One transaction that may change things. Whatever it throws rolls it back. */
    <T> T write(HandleCallback<T, RuntimeException> work) {
        writer.ifPresent(ReentrantLock::lock);
        try {
            return jdbi.inTransaction(work);
        } finally {
            writer.ifPresent(ReentrantLock::unlock);
        }
    }

    /** Single statements that change nothing. */
    <T> T read(HandleCallback<T, RuntimeException> work) {
        try (Handle handle = jdbi.open()) {
            return work.withHandle(handle);
        }
    }

    @Override
    public void close() {
        pool.close();
    }
}
