package weft.edge;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
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

    private final Passages passages;
    private final String comment;

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

    /** Makes way wherever something stands in it; again from time to time, for firewalls are reloaded. */
    void makeWay() throws IOException {
        NftChains chains = NftChains.read();
        for (Blocker blocker : chains.blockers(passages, FilterTable.Doubt.NONE)) {
            for (Passage passage : blocker.stopped()) {
                if (!chains.hasRule(blocker, passage, comment)) {
                    tell(blocker, passage);
                    chains.insert(blocker, passage, comment);
                }
            }
        }
        for (Blocker blocker : LegacyIptables.blockers(passages, FilterTable.Doubt.NONE)) {
            for (Passage passage : blocker.stopped()) {
                if (!LegacyIptables.hasRule(blocker, passage, comment)) {
                    tell(blocker, passage);
                    LegacyIptables.insert(blocker, passage, comment);
                }
            }
        }
    }

    private void tell(Blocker blocker, Passage passage) {
        LOG.info(
                "{} would stop {} ({}): a rule \"{}\" at its head lets it pass",
                blocker.place(),
                passage.text(),
                blocker.reason(),
                comment);
    }

    /** Takes out every rule that bears our comment, those of a crashed predecessor too. */
    void restore() throws IOException {
        NftChains.read().delete(comment);
        LegacyIptables.delete(comment);
    }
}
