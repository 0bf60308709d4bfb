package weft.wireguard;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a peer's static key and each of ours agree on: an X25519 that is the same in every handshake. */
final class StaticSecrets {
    private record Agreed(Identity identity, byte @Nullable [] secret) {}

    private final PublicKey peer;
    private final List<Agreed> known = new ArrayList<>(1);

    StaticSecrets(PublicKey peer) {
        this.peer = peer;
    }

    /** Null if the peer's key is of low order. */
    byte @Nullable [] with(Identity identity, Curve curve) {
        for (Agreed agreed : known) {
            if (agreed.identity() == identity) {
                return agreed.secret();
            }
        }
        byte[] shared = new byte[Spec.KEY_SIZE];
        byte[] secret = curve.agree(identity.privateKey(), peer.raw(), shared) ? shared : null;
        known.add(new Agreed(identity, secret));
        return secret;
    }

    void forget(Identity identity) {
        for (Agreed agreed : known) {
            if (agreed.identity() == identity) {
                zero(agreed);
            }
        }
        known.removeIf(agreed -> agreed.identity() == identity);
    }

    void clear() {
        known.forEach(StaticSecrets::zero);
        known.clear();
    }

    private static void zero(Agreed agreed) {
        byte[] secret = agreed.secret();
        if (secret != null) {
            Arrays.fill(secret, (byte) 0);
        }
    }
}
