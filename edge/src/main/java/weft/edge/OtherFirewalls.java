package weft.edge;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * ufw, firewalld, Docker and hand-made rules often drop what they do not know, forwarded packets first of all. The edge
 * puts an accept for its own packets at the head of such a chain (Docker's own {@code DOCKER-USER} where that is in front),
 * with a comment that says whose it is, and takes it out at its end. That opens nothing: the edge's own table has judged
 * these packets already. One thread's.
 */
public final class OtherFirewalls {
    private static final Logger LOG = LoggerFactory.getLogger(OtherFirewalls.class);

    private interface Insertion {
        void run() throws IOException;
    }

    private final Passages passages;
    private final String comment;
    private final Set<String> told = new HashSet<>();

    OtherFirewalls(Passages passages) {
        this.passages = passages;
        comment = passages.mark();
    }

    /** What stands in the way of these packets and has not been told to let them pass; for {@code weft doctor}. */
    public static List<Blocker> find(Passages passages) throws IOException {
        List<Blocker> found = new ArrayList<>(NftChains.read().blockers(passages, FilterTable.Doubt.BENEFIT));
        found.addAll(LegacyIptables.blockers(passages, FilterTable.Doubt.BENEFIT));
        return found;
    }

    /**
     * Makes way wherever something stands in it; again from time to time, for firewalls are reloaded.
     *
     * @return whether it put in a rule
     */
    boolean makeWay() throws IOException {
        boolean changed = false;
        NftChains chains = NftChains.read();
        for (Blocker blocker : chains.blockers(passages, FilterTable.Doubt.NONE)) {
            for (Passage passage : blocker.stopped()) {
                changed |= !chains.hasRule(blocker, passage, comment)
                        && letPass(blocker, passage, () -> NftChains.insert(blocker, passage, comment));
            }
        }
        for (Blocker blocker : LegacyIptables.blockers(passages, FilterTable.Doubt.NONE)) {
            for (Passage passage : blocker.stopped()) {
                changed |= !LegacyIptables.hasRule(blocker, passage, comment)
                        && letPass(blocker, passage, () -> LegacyIptables.insert(blocker, passage, comment));
            }
        }
        return changed;
    }

    /** A table may belong to one program alone, as firewalld's does since 2.2: that is no reason to serve nobody. */
    private boolean letPass(Blocker blocker, Passage passage, Insertion insertion) {
        String what = blocker.place() + " stops " + passage.text() + " (" + blocker.reason() + ")";
        try {
            insertion.run();
            LOG.info("{}: a rule \"{}\" at its head lets it pass", what, comment);
            return true;
        } catch (IOException refused) {
            if (told.add(what)) {
                LOG.warn("{}, and takes no rule: {}\nNext: {}", what, refused.getMessage(), blocker.mend());
            }
            return false;
        }
    }

    /** Takes out every rule that bears our comment, those of a crashed predecessor too. */
    void restore() throws IOException {
        NftChains.read().delete(comment);
        LegacyIptables.delete(comment);
    }
}
