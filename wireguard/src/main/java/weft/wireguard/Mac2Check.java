package weft.wireguard;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * Tells whether an initiation or response proves its source by a cookie of ours (whitepaper, 5.4.7), as {@link Cookies} does,
 * for the thread that receives it: nothing is allocated for a datagram.
 */
final class Mac2Check {
    private static final int TYPE_AND_RESERVED = 4;
    private static final int V4 = 4;
    private static final int V6 = 16;
    private static final int PORT = 2;

    private final Hash.Digest digest;
    private final byte[] covered = new byte[Spec.INITIATION_SIZE - Spec.MAC_SIZE];
    private final byte[] source = new byte[V6 + PORT];
    private final byte[] cookie = new byte[Spec.COOKIE_SIZE];
    private final byte[] mac2 = new byte[Spec.MAC_SIZE];

    Mac2Check(Hash hash) {
        digest = hash.digest(Spec.MAC_SIZE, new byte[Spec.KEY_SIZE]);
    }

    /**
     * @param it an initiation or response
     * @param secrets that cookies may have been made from
     */
    boolean isValid(HandshakeDatagram it, List<byte[]> secrets) {
        int mac2At = it.length - Spec.MAC_SIZE;
        covered[0] = it.in.get(ValueLayout.JAVA_BYTE, it.at);
        // Between them the reserved bytes, as zeros.
        MemorySegment.copy(
                it.in,
                ValueLayout.JAVA_BYTE,
                it.at + TYPE_AND_RESERVED,
                covered,
                TYPE_AND_RESERVED,
                mac2At - TYPE_AND_RESERVED);
        int sourceLength = writeSource(it.high, it.low, it.port);
        for (int i = 0; i < secrets.size(); i++) {
            digest.restart(secrets.get(i));
            digest.update(source, 0, sourceLength).finish(cookie, 0);
            digest.restart(cookie);
            digest.update(covered, 0, mac2At).finish(mac2, 0);
            if (Message.isMac(mac2, it.in, it.at + mac2At)) {
                return true;
            }
        }
        return false;
    }

    /** As {@link Endpoint#bytes}. */
    private int writeSource(long high, long low, int port) {
        boolean v4 = high == 0 && low >>> 32 == 0xffff;
        int length = v4 ? V4 : V6;
        for (int i = 0; i < length; i++) {
            int shift = Byte.SIZE * (length - 1 - i);
            source[i] = (byte) (shift >= Long.SIZE ? high >>> (shift - Long.SIZE) : low >>> shift);
        }
        source[length] = (byte) (port >>> Byte.SIZE);
        source[length + 1] = (byte) port;
        return length + PORT;
    }
}
