package weft.edge;

import java.io.IOException;
import java.util.ArrayList;
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

    private final String tunnel;
    private final int port;
    private final String comment;
    private final Set<String> ownTables;

    OtherFirewalls(String tunnel, int port, String ownTable) {
        this.tunnel = tunnel;
        this.port = port;
        comment = ownTable;
        ownTables = Set.of(ownTable);
    }

    /** What stands in the way of forwarded packets, or of the tunnel's own datagrams; for {@code weft doctor}. */
    public static List<Blocker> find() throws IOException {
        List<Blocker> found = new ArrayList<>(NftChains.read().blockers(Set.of()));
        found.addAll(LegacyIptables.blockers());
        return found;
    }

    /** Makes way wherever something stands in it; again from time to time, for firewalls are reloaded. */
    void makeWay() throws IOException {
        NftChains chains = NftChains.read();
        for (Blocker blocker : chains.blockers(ownTables)) {
            if (!chains.hasRule(blocker, comment)) {
                LOG.info(
                        "{} would stop the tunnel's packets ({}): a rule \"{}\" at its head lets them pass",
                        blocker.place(),
                        blocker.reason(),
                        comment);
                chains.insert(blocker, matches(blocker), comment);
            }
        }
        for (Blocker blocker : LegacyIptables.blockers()) {
            LegacyIptables.insert(blocker, tunnel, port, comment);
        }
    }

    private List<String> matches(Blocker blocker) {
        return blocker.hook().equals("forward")
                ? List.of("iifname \"" + tunnel + "\"", "oifname \"" + tunnel + "\"")
                : List.of("udp dport " + port);
    }

    /** Takes out every rule that bears our comment, those of a crashed predecessor too. */
    void restore() throws IOException {
        NftChains.read().delete(comment);
        LegacyIptables.delete(comment);
    }
}
