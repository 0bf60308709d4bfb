package weft.edge;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The members among etcd's entries. One that is wrong is named in the log, once as long as it stays, and left out. */
final class MemberEntries {
    private static final Logger LOG = LoggerFactory.getLogger(MemberEntries.class);
    private static final int MOST_NAMED = 20;

    private Set<String> said = Set.of();

    /** In the order of their names. */
    List<EdgeMember> read(Map<String, Etcd.Entry> entries) {
        List<EdgeMember> members = new ArrayList<>();
        Set<String> wrong = new TreeSet<>();
        entries.forEach((name, entry) -> {
            try {
                members.add(MemberJson.read(name, entry.value()));
            } catch (IllegalArgumentException e) {
                wrong.add(Logged.text(name + ": " + e.getMessage()));
            }
        });
        List<String> fresh = wrong.stream().filter(one -> !said.contains(one)).toList();
        fresh.stream().limit(MOST_NAMED).forEach(one -> LOG.warn("a member in etcd is wrong and left out: {}", one));
        if (fresh.size() > MOST_NAMED) {
            LOG.warn("{} more members in etcd are wrong and left out", fresh.size() - MOST_NAMED);
        }
        said = wrong;
        return List.copyOf(members);
    }
}
