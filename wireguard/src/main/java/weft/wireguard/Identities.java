package weft.wireguard;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Our static keys: one, or two while the peers go over from the one to the other. The control agent changes them, each
 * time in a new array, so that others may read.
 */
final class Identities {
    static final int MOST = 2;

    private volatile Identity[] ours = {};

    /** Not to be changed. */
    Identity[] all() {
        return ours;
    }

    boolean isEmpty() {
        return ours.length == 0;
    }

    boolean contains(Identity identity) {
        return Arrays.asList(ours).contains(identity);
    }

    List<PublicKey> publicKeys() {
        return Arrays.stream(ours).map(Identity::publicKey).toList();
    }

    Optional<Identity> find(PublicKey key) {
        return Arrays.stream(ours).filter(one -> one.publicKey().equals(key)).findFirst();
    }

    /** As whom we initiate to this peer: by the key that it uses, or else by our first; null if we have none. */
    @Nullable
    Identity towards(Peer peer) {
        Identity used = peer.identity();
        return used != null || isEmpty() ? used : ours[0];
    }

    /** @throws IllegalStateException if there are two already */
    void add(Identity identity) {
        if (ours.length == MOST) {
            identity.close();
            throw new IllegalStateException("there are two identities already; retire one first");
        }
        ours = Stream.concat(Arrays.stream(ours), Stream.of(identity)).toArray(Identity[]::new);
    }

    void remove(Identity identity) {
        ours = Arrays.stream(ours).filter(one -> one != identity).toArray(Identity[]::new);
        identity.close();
    }

    void clear() {
        for (Identity one : ours) {
            remove(one);
        }
    }
}
