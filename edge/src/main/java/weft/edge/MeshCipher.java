package weft.edge;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import weft.fleet.FleetSecret;
import weft.fleet.MeshMessage;
import weft.fleet.Prf;
import weft.wireguard.Aead;

/**
 * Seals what edges tell each other: GUE control messages (draft-ietf-intarea-gue-09, section 3.2), of which only the header
 * is readable.
 *
 * <pre>{@code  GUE (4) | sender's number (4) | its boot (8) | counter (8) | sealed message | tag (16) }</pre>
 *
 * <p>Every boot of every edge has a key of its own, derived from the fleet's secret of the day, the sender's number and the
 * boot's number (when it was, and random bits); so a counter that starts at one never repeats a nonce, whatever happens to
 * the clock. A receiver takes no counter twice, takes a boot as new only when a message of it opens, and goes back to no
 * earlier boot: an edge that starts anew with a clock set back is not heard until that time has passed. One thread's.
 */
final class MeshCipher implements AutoCloseable {
    static final int HEADER_SIZE = 24;
    static final int OVERHEAD = HEADER_SIZE + 16;

    /** Longer ones are nobody's. */
    static final int MOST_BYTES = OVERHEAD + MeshMessage.MAX_SIZE;

    /** Version 0, control, and five words of extension. */
    private static final int GUE_CONTROL = 0x20 | 5;

    private static final int CONTROL_TYPE = 1;

    /** A message that was opened. */
    record Opened(int sender, long boot, byte[] message) {}

    /** A neighbour's boot, as of the last message that opened. */
    private record Heard(long boot, long day, Aead.Key key, long counter) {}

    private final Prf prf;
    private FleetSecret secret;
    private final Aead aead;
    private final int self;
    private final long boot;
    private final Map<Integer, Heard> heard = new HashMap<>();
    private Aead.@Nullable Key key;
    private long keyDay = Long.MIN_VALUE;
    private long counter;

    /** @param boot see {@link #boot} */
    MeshCipher(FleetSecret secret, Prf prf, Aead aead, int self, long boot) {
        this.secret = secret;
        this.prf = prf;
        this.aead = aead;
        this.self = self;
        this.boot = boot;
    }

    /** A number for a start: 44 bits of milliseconds since 1970, then 20 random ones. */
    static long boot(long unixMillis, long random) {
        return unixMillis << 20 | random >>> 44;
    }

    /** Goes on by these, which agree with the former ones on today and yesterday. */
    void renew(FleetSecret other) {
        secret = other;
    }

    private Aead.Key key(int sender, long itsBoot, long day) {
        byte[] mesh = secret.derive(FleetSecret.Purpose.MESH, day, 0, prf);
        byte[] ofSender = prf.derive(mesh, "weft mesh sender", sender);
        byte[] ofBoot = prf.derive(ofSender, "weft mesh boot", itsBoot);
        try {
            return aead.key(ofBoot);
        } finally {
            Arrays.fill(mesh, (byte) 0);
            Arrays.fill(ofSender, (byte) 0);
            Arrays.fill(ofBoot, (byte) 0);
        }
    }

    byte[] seal(byte[] message, long day) {
        if (key == null || !secret.isSame(day, keyDay)) {
            if (key != null) {
                key.close();
            }
            key = key(self, boot, day);
        }
        keyDay = day;
        counter++;
        byte[] datagram = new byte[OVERHEAD + message.length];
        ByteBuffer.wrap(datagram)
                .put((byte) GUE_CONTROL)
                .put((byte) CONTROL_TYPE)
                .putShort((short) 0)
                .putInt(self)
                .putLong(boot)
                .putLong(counter);
        MemorySegment out = MemorySegment.ofArray(datagram);
        key.seal(counter, MemorySegment.ofArray(message), 0, message.length, out, HEADER_SIZE);
        return datagram;
    }

    /** Whether a GUE datagram is one of these rather than a client's packet. */
    static boolean isControl(MemorySegment buffer, long at, int length) {
        return length >= OVERHEAD && (buffer.get(ValueLayout.JAVA_BYTE, at) & 0xe0) == 0x20;
    }

    /** Empty if it is forged, malformed, or came before. */
    Optional<Opened> open(byte[] datagram, long day) {
        ByteBuffer header = ByteBuffer.wrap(datagram);
        if (datagram.length < OVERHEAD || header.getInt() != (GUE_CONTROL << 24 | CONTROL_TYPE << 16)) {
            return Optional.empty();
        }
        int sender = header.getInt();
        long itsBoot = header.getLong();
        long count = header.getLong();
        Heard known = heard.get(sender);
        if (known == null || itsBoot > known.boot()) {
            return openAnew(datagram, sender, itsBoot, count, day);
        }
        if (itsBoot < known.boot() || Long.compareUnsigned(count, known.counter()) <= 0) {
            return Optional.empty();
        }
        return secret.isSame(known.day(), day)
                ? open(datagram, count, known.key())
                        .map(message -> accept(sender, new Heard(itsBoot, day, known.key(), count), message))
                : openAnew(datagram, sender, itsBoot, count, day);
    }

    /** The sender's clock may be a day ahead of ours or behind, by a moment. */
    private Optional<Opened> openAnew(byte[] datagram, int sender, long itsBoot, long count, long day) {
        for (long candidate = day - 1; candidate <= day + 1; candidate++) {
            if (candidate > day - 1 && secret.isSame(candidate, candidate - 1)) {
                continue;
            }
            Aead.Key itsKey = key(sender, itsBoot, candidate);
            Optional<byte[]> message = open(datagram, count, itsKey);
            if (message.isPresent()) {
                Heard before = heard.get(sender);
                if (before != null) {
                    before.key().close();
                }
                return Optional.of(accept(sender, new Heard(itsBoot, candidate, itsKey, count), message.get()));
            }
            itsKey.close();
        }
        return Optional.empty();
    }

    private static Optional<byte[]> open(byte[] datagram, long count, Aead.Key by) {
        byte[] message = new byte[datagram.length - OVERHEAD];
        boolean genuine = by.open(
                count,
                MemorySegment.ofArray(datagram),
                HEADER_SIZE,
                datagram.length - HEADER_SIZE,
                MemorySegment.ofArray(message),
                0);
        return genuine ? Optional.of(message) : Optional.empty();
    }

    private Opened accept(int sender, Heard now, byte[] message) {
        heard.put(sender, now);
        return new Opened(sender, now.boot(), message);
    }

    @Override
    public void close() {
        if (key != null) {
            key.close();
        }
        heard.values().forEach(known -> known.key().close());
        heard.clear();
    }
}
