package weft.edge;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What Weft needs of etcd 3.4 or newer: keys under a prefix, leases, and a watch. Blocking. A watch at an endpoint that does
 * not answer something else is ended with it, since a connection to a host that was cut off says nothing.
 */
final class Etcd implements AutoCloseable {
    /** In entries under a prefix; more are an error. */
    static final int MAX_ENTRIES = 10_000;

    private static final JsonMapper JSON = new JsonMapper();

    /** @param revision of the last change to it; 0: it is not there */
    record Entry(String value, long revision) {
        static final Entry ABSENT = new Entry("", 0);
    }

    /** @param revision of the whole store: a watch from the next one on misses nothing */
    record Range(long revision, Map<String, Entry> entries) {
        Entry get(String name) {
            return entries.getOrDefault(name, Entry.ABSENT);
        }
    }

    /** Hears what changed under a prefix. */
    @FunctionalInterface
    interface Listener {
        /**
         * @param revision up to which nothing is missing then
         * @param changes by the keys' names without the prefix; a key that was deleted is {@link Entry#ABSENT}
         */
        void changed(long revision, Map<String, Entry> changes) throws IOException;
    }

    private final EtcdGateway gateway;
    private volatile @Nullable InputStream watching;
    private volatile boolean renewing;

    /** @throws IOException if a file of its TLS is wrong */
    Etcd(EtcdConfig config) throws IOException {
        gateway = new EtcdGateway(config, this::closeWatch);
    }

    /** See {@link EtcdGateway#renewFiles}. */
    void renewFiles() throws IOException {
        gateway.renewFiles();
    }

    /** All keys under a prefix, named without it. */
    Range range(String prefix) throws IOException {
        JsonNode reply = gateway.post(
                "kv/range", Map.of("key", base64(prefix), "range_end", base64(after(prefix)), "limit", MAX_ENTRIES));
        if (reply.path("more").asBoolean(false)) {
            throw new IOException("etcd has more than " + MAX_ENTRIES + " keys under " + prefix);
        }
        Map<String, Entry> entries = new TreeMap<>();
        for (JsonNode entry : reply.path("kvs")) {
            entries.put(name(entry, prefix), entry(entry));
        }
        return new Range(reply.path("header").path("revision").asLong(0), entries);
    }

    private static String name(JsonNode entry, String prefix) throws IOException {
        String key = text(entry.path("key"));
        if (!key.startsWith(prefix)) {
            throw new IOException("etcd answers with keys that are not under " + prefix);
        }
        return key.substring(prefix.length());
    }

    private static Entry entry(JsonNode entry) throws IOException {
        return new Entry(text(entry.path("value")), entry.path("mod_revision").asLong(0));
    }

    /** @param lease the key goes with it; 0: it stays */
    void put(String key, String value, long lease) throws IOException {
        gateway.post("kv/put", Map.of("key", base64(key), "value", base64(value), "lease", lease));
    }

    /**
     * @param revision of its last change that we know of, see {@link Entry}
     * @return false if there was another one since: nothing is done then
     */
    boolean replace(String key, long revision, String value) throws IOException {
        Map<String, ?> unchanged = Map.of("key", base64(key), "target", "MOD", "mod_revision", revision);
        Map<String, ?> put = Map.of("request_put", Map.of("key", base64(key), "value", base64(value)));
        return gateway.post("kv/txn", Map.of("compare", List.of(unchanged), "success", List.of(put)))
                .path("succeeded")
                .asBoolean(false);
    }

    /** A lease that ends that long after its last {@link #keepAlive}. */
    long grant(Duration life) throws IOException {
        return gateway.post("lease/grant", Map.of("TTL", life.toSeconds()))
                .path("ID")
                .asLong(0);
    }

    /** @return whether the lease was still there */
    boolean keepAlive(long lease) throws IOException {
        return gateway.post("lease/keepalive", Map.of("ID", lease))
                        .path("result")
                        .path("TTL")
                        .asLong(0)
                > 0;
    }

    void revoke(long lease) throws IOException {
        gateway.post("lease/revoke", Map.of("ID", lease));
    }

    /**
     * Tells of every change under a prefix until {@link #renewWatch}. One at a time.
     *
     * @throws IOException if the connection ended, or the revision is compacted away: changes may be missing
     */
    void watch(String prefix, long fromRevision, Listener listener) throws IOException {
        Map<String, ?> create = Map.of(
                "create_request",
                Map.of("key", base64(prefix), "range_end", base64(after(prefix)), "start_revision", fromRevision));
        renewing = false;
        try (InputStream body = gateway.stream("watch", create);
                BufferedReader lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8))) {
            watching = body;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                hear(JSON.readTree(line).path("result"), prefix, listener);
            }
            throw new IOException("etcd closed the watch");
        } catch (JacksonException malformed) {
            throw new IOException("etcd answers what is no JSON", malformed);
        } catch (IOException ended) {
            if (!renewing) {
                throw ended;
            }
        } finally {
            watching = null;
        }
    }

    private static void hear(JsonNode result, String prefix, Listener listener) throws IOException {
        if (result.path("canceled").asBoolean(false)) {
            long compacted = result.path("compact_revision").asLong(0);
            throw new IOException(
                    compacted > 0
                            ? "etcd has compacted what was before revision " + compacted
                            : "etcd ended the watch: "
                                    + Logged.text(result.path("cancel_reason").asString("")));
        }
        long revision = 0;
        Map<String, Entry> changes = new TreeMap<>();
        for (JsonNode event : result.path("events")) {
            JsonNode kv = event.path("kv");
            boolean deleted = event.path("type").asString("PUT").equals("DELETE");
            changes.put(name(kv, prefix), deleted ? Entry.ABSENT : entry(kv));
            revision = Math.max(revision, entry(kv).revision());
        }
        if (revision > 0) {
            listener.changed(revision, changes);
        }
    }

    /** Ends a watch so that it goes on by another connection. */
    void renewWatch() {
        renewing = true;
        closeWatch();
    }

    private void closeWatch() {
        InputStream open = watching;
        if (open != null) {
            try {
                open.close();
            } catch (IOException alreadyBroken) {
                // that is what we want
            }
        }
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String text(JsonNode base64) throws IOException {
        try {
            return new String(Base64.getDecoder().decode(base64.asString("")), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException malformed) {
            throw new IOException("etcd answers what is no base64", malformed);
        }
    }

    /** The first key behind all that start with the prefix, whose last character is a slash. */
    private static String after(String prefix) {
        return prefix.substring(0, prefix.length() - 1) + (char) ('/' + 1);
    }

    @Override
    public void close() {
        gateway.close();
    }
}
