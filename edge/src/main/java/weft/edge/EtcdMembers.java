package weft.edge;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/**
 * The edges of a fleet in etcd, which all of them watch. Under the fleet's prefix:
 *
 * <ul>
 *   <li>{@code members/NAME}: {@link MemberJson}, without a lease. These keys and nothing else are the list. Each edge puts
 *       its own at its start; it stays until somebody deletes it.
 *   <li>{@code alive/NAME}: with a lease of {@link EtcdPresence#LIFE}, for people: who is connected to etcd. It decides
 *       nothing, since a healthy edge may lose etcd; edges find dead ones by their own heartbeats.
 * </ul>
 *
 * While etcd is away the last list stays; a start meanwhile goes by the one that was last seen.
 */
public final class EtcdMembers implements MemberSource {
    private final EtcdConfig config;
    private final EdgeMember self;
    private final Path lastSeen;

    /**
     * @param self what this edge's entry shall be; whether it is draining stays as etcd has it
     * @param lastSeen a file, this edge's alone, that the list is kept in
     */
    public EtcdMembers(EtcdConfig config, EdgeMember self, Path lastSeen) {
        this.config = config;
        this.self = self;
        this.lastSeen = lastSeen;
    }

    /** @throws IOException if etcd is away, and no list is left of an earlier time; or if a file of its TLS is wrong */
    @Override
    public Watch watch(Consumer<List<EdgeMember>> listener) throws IOException {
        Etcd etcd = new Etcd(config);
        try {
            return new EtcdFollower(etcd, config, self, new SavedMembers(lastSeen), listener).start();
        } catch (IOException | RuntimeException e) {
            etcd.close();
            throw e;
        }
    }
}
