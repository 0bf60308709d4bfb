package weft.wireguard;

import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Our static keys: one, or two while the peers go over from the one to the other. */
final class Identities {
    static final int MOST = 2;

    private final Kdf kdf;
    private final List<Identity> ours = new ArrayList<>(MOST);

    Identities(Kdf kdf) {
        this.kdf = kdf;
    }

    boolean isEmpty() {
        return ours.isEmpty();
    }

    List<PublicKey> publicKeys() {
        return ours.stream().map(Identity::publicKey).toList();
    }

    Optional<Identity> find(PublicKey key) {
        return ours.stream().filter(one -> one.publicKey().equals(key)).findFirst();
    }

    /** Which of ours an initiation or response is for, as its mac1 says; null if for none. */
    @Nullable
    Identity addressed(byte[] message) {
        int mac1At = message.length - 2 * Spec.MAC_SIZE;
        byte[] mac1 = Message.part(message, mac1At, Spec.MAC_SIZE);
        for (Identity one : ours) {
            if (MessageDigest.isEqual(kdf.mac(one.mac1Key(), message, mac1At), mac1)) {
                return one;
            }
        }
        return null;
    }

    /** As whom we initiate to this peer: by the key that it uses, or else by our first; null if we have none. */
    @Nullable
    Identity towards(Peer peer) {
        Identity used = peer.identity();
        return used != null || ours.isEmpty() ? used : ours.getFirst();
    }

    /** @throws IllegalStateException if there are two already */
    void add(Identity identity) {
        if (ours.size() == MOST) {
            identity.close();
            throw new IllegalStateException("there are two identities already; retire one first");
        }
        ours.add(identity);
    }

    void remove(Identity identity) {
        ours.remove(identity);
        identity.close();
    }

    void clear() {
        ours.forEach(Identity::close);
        ours.clear();
    }
}
