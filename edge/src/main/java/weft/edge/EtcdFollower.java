package weft.edge;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps up with the list of members in etcd, see {@link EtcdMembers}.
 *
 * <p>The whole list is read, then watched from the next revision on. A watch that ends by itself, or whose revision is
 * compacted away, has the list read anew. A second thread says that we are there: where that fails the watch is ended, for
 * a connection to a host that was cut off is as silent as one on which nothing happens. For the same reason a watch goes on
 * by another connection after {@link #WATCH_LIFE}.
 */
final class EtcdFollower implements MemberSource.Watch {
    private static final Logger LOG = LoggerFactory.getLogger(EtcdFollower.class);
    private static final Duration BEAT = EtcdPresence.LIFE.dividedBy(3);
    private static final Duration WATCH_LIFE = Duration.ofMinutes(1);
    private static final int RETRY_MILLIS = 200;
    private static final int MAX_TRIES = 5;

    private final Etcd etcd;
    private final EtcdConfig config;
    private final EdgeMember self;
    private final SavedMembers saved;
    private final Consumer<List<EdgeMember>> listener;
    private final MemberEntries entries = new MemberEntries();
    private final Map<String, Etcd.Entry> known = new TreeMap<>();
    private final EtcdPresence presence;
    private final Thread follower = Thread.ofVirtual().name("etcd-members").unstarted(this::follow);
    private final Thread heart = Thread.ofVirtual().name("etcd-presence").unstarted(this::beat);
    private List<EdgeMember> first = List.of();
    private List<EdgeMember> last = List.of();
    private long seen;
    private boolean announced;
    private volatile boolean away;
    private volatile boolean closed;

    EtcdFollower(
            Etcd etcd, EtcdConfig config, EdgeMember self, SavedMembers saved, Consumer<List<EdgeMember>> listener) {
        this.etcd = etcd;
        this.config = config;
        this.self = self;
        this.saved = saved;
        this.listener = listener;
        presence = new EtcdPresence(etcd, config.alive() + self.name());
    }

    /** @throws IOException if there is no list to begin with */
    MemberSource.Watch start() throws IOException {
        try {
            read();
            last = entries.read(known);
            save();
        } catch (IOException unreachable) {
            away = true;
            last = lastSeen(unreachable);
        }
        first = last;
        follower.start();
        heart.start();
        return this;
    }

    private List<EdgeMember> lastSeen(IOException unreachable) throws IOException {
        Optional<List<EdgeMember>> found = saved.read();
        if (found.isEmpty()) {
            throw new IOException(
                    unreachable.getMessage() + "\nThere is no list of members of an earlier time either, "
                            + saved.file() + "\nNext: see what etcd says to " + health(),
                    unreachable);
        }
        LOG.warn(
                "the edge starts with the list of members that was last seen, {}, until etcd is there: {}",
                saved.file(),
                unreachable.getMessage());
        return found.get();
    }

    /** The command by which a person sees what we see. */
    private String health() {
        String endpoints = String.join(
                ",", config.endpoints().stream().map(Object::toString).toList());
        String files = config.tls()
                .map(tls -> " --cacert=" + tls.caFile() + " --cert=" + tls.certificate() + " --key=" + tls.key())
                .orElse("");
        return "etcdctl --endpoints=" + endpoints + files + " endpoint health";
    }

    @Override
    public List<EdgeMember> first() {
        return first;
    }

    private void follow() {
        boolean current = !away;
        while (!closed) {
            try {
                if (!current) {
                    look();
                }
                current = true;
                etcd.watch(config.members(), seen + 1, this::changed);
            } catch (IOException ended) {
                current = false;
                LOG.debug("the list of members is read anew: {}", ended.getMessage());
                pause(Duration.ofMillis(
                        RETRY_MILLIS + ThreadLocalRandom.current().nextInt(RETRY_MILLIS)));
            }
        }
    }

    private void look() throws IOException {
        try {
            read();
        } catch (IOException e) {
            goneAway(e);
            throw e;
        }
        if (away) {
            away = false;
            LOG.info("etcd is back, and the list of members follows it again");
        }
        deliver();
    }

    private void goneAway(IOException why) {
        if (!away && !closed) {
            away = true;
            LOG.warn("the list of members stays as it is until etcd is there again: {}", why.getMessage());
        }
        try {
            etcd.renewFiles();
        } catch (IOException unusable) {
            LOG.warn("etcd will not be reached by this: {}", unusable.getMessage());
        }
    }

    private void changed(long revision, Map<String, Etcd.Entry> changes) throws IOException {
        known.putAll(changes);
        known.values().removeIf(Etcd.Entry.ABSENT::equals);
        if (known.size() > Etcd.MAX_ENTRIES) {
            throw new IOException("the list of members has grown too long");
        }
        seen = revision;
        deliver();
    }

    private void deliver() {
        List<EdgeMember> now = entries.read(known);
        if (!now.equals(last)) {
            last = now;
            save();
            try {
                listener.accept(now);
            } catch (RuntimeException e) {
                LOG.warn("the list of members could not be used", e);
            }
        }
    }

    /** Ours is among them then, as it shall be. */
    private void read() throws IOException {
        Etcd.Range range = etcd.range(config.members());
        for (int tries = 0; !announced; tries++) {
            Etcd.Entry ours = range.get(self.name());
            String wanted = MemberJson.write(self.drains(drains(ours)));
            if (ours.value().equals(wanted)) {
                announced = true;
            } else if (tries == MAX_TRIES) {
                throw new IOException("somebody else goes on changing " + config.members() + self.name());
            } else {
                etcd.replace(config.members() + self.name(), ours.revision(), wanted);
                range = etcd.range(config.members());
            }
        }
        seen = range.revision();
        known.clear();
        known.putAll(range.entries());
    }

    private boolean drains(Etcd.Entry ours) {
        try {
            return ours.revision() != 0
                    && MemberJson.read(self.name(), ours.value()).draining();
        } catch (IllegalArgumentException malformed) {
            return false; // it is about to be put right
        }
    }

    /** A list that we are not in is none that we could start with. */
    private void save() {
        if (last.stream().noneMatch(member -> member.name().equals(self.name()))) {
            return;
        }
        try {
            saved.write(last);
        } catch (IOException e) {
            LOG.warn(
                    "the list of members cannot be kept in {} for a start without etcd: {}",
                    saved.file(),
                    e.toString());
        }
    }

    private void beat() {
        long watchedSince = System.nanoTime();
        while (!closed) {
            try {
                presence.beat();
            } catch (IOException e) {
                LOG.debug("no word of us in etcd: {}", e.getMessage());
            }
            if (System.nanoTime() - watchedSince > WATCH_LIFE.toNanos()) {
                etcd.renewWatch();
                watchedSince = System.nanoTime();
            }
            pause(BEAT);
        }
    }

    private static void pause(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed = true;
        follower.interrupt();
        heart.interrupt();
        try {
            if (!away) {
                presence.end();
            }
        } catch (IOException e) {
            LOG.debug("what we said of us in etcd ends by its lease: {}", e.getMessage());
        }
        etcd.close();
    }
}
