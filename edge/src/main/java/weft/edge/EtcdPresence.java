package weft.edge;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Says to people that look into etcd that this edge is connected to it, and since when. Nothing goes by it. */
final class EtcdPresence {
    static final Duration LIFE = Duration.ofSeconds(10);

    private final Etcd etcd;
    private final String key;
    private final String since = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    private volatile long lease;

    EtcdPresence(Etcd etcd, String key) {
        this.etcd = etcd;
        this.key = key;
    }

    /** More than once in {@link #LIFE}. */
    void beat() throws IOException {
        if (lease != 0 && !etcd.keepAlive(lease)) {
            lease = 0;
        }
        if (lease == 0) {
            long granted = etcd.grant(LIFE);
            etcd.put(key, "{\"since\":\"" + since + "\"}", granted);
            lease = granted;
        }
    }

    void end() throws IOException {
        if (lease != 0) {
            etcd.revoke(lease);
        }
    }
}
