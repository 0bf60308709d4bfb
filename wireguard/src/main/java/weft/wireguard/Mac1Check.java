package weft.wireguard;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * Tells whether an initiation or response bears the mac1 of one of our static keys (whitepaper, 5.4.4): what to ask before
 * anything else is spent on it. It proves no more than that the sender knows our public key.
 *
 * <p>Each thread that needs one has its own; it follows our keys as they change. Nothing is
 * allocated for a datagram.
 */
final class Mac1Check {
    private static final int TYPE_AND_RESERVED = 4;

    private final Identities identities;
    private final Hash.Digest digest;
    private final byte[] covered = new byte[Spec.INITIATION_SIZE - 2 * Spec.MAC_SIZE];
    private final byte[] mac1 = new byte[Spec.MAC_SIZE];

    Mac1Check(Identities identities, Hash hash) {
        this.identities = identities;
        digest = hash.digest(Spec.MAC_SIZE, new byte[Spec.KEY_SIZE]);
    }

    /**
     * @param length of the whole datagram; anything but an initiation or a response of its proper length is not valid
     */
    boolean isValid(MemorySegment in, long at, int length) {
        return addressed(in, at, length) != null;
    }

    /** Which of our keys it bears the mac1 of; null if of none. */
    @Nullable
    Identity addressed(MemorySegment in, long at, int length) {
        if (!Message.hasMac1(in, at, length)) {
            return null;
        }
        int mac1At = length - 2 * Spec.MAC_SIZE;
        covered[0] = in.get(ValueLayout.JAVA_BYTE, at);
        // Between them the reserved bytes, as zeros.
        MemorySegment.copy(
                in,
                ValueLayout.JAVA_BYTE,
                at + TYPE_AND_RESERVED,
                covered,
                TYPE_AND_RESERVED,
                mac1At - TYPE_AND_RESERVED);
        for (Identity identity : identities.all()) {
            digest.restart(identity.mac1Key());
            digest.update(covered, 0, mac1At);
            digest.finish(mac1, 0);
            if (Message.isMac(mac1, in, at + mac1At)) {
                return identity;
            }
        }
        return null;
    }
}
