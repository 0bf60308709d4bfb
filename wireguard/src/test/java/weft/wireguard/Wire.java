package weft.wireguard;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;

/** Datagrams as arrays, for tests. */
final class Wire {
    private Wire() {}

    static int sealed(Sealer sealer, int length, long now) {
        MemorySegment out = MemorySegment.ofArray(new byte[length + Spec.TRANSPORT_OVERHEAD]);
        return sealer.seal(MemorySegment.ofArray(new byte[length]), 0, length, out, 0, now);
    }

    /** A datagram with a packet of zeros. */
    static byte[] seal(Sealer sealer, int length, long now) {
        byte[] out = new byte[length + Spec.TRANSPORT_OVERHEAD];
        int size = sealer.seal(MemorySegment.ofArray(new byte[length]), 0, length, MemorySegment.ofArray(out), 0, now);
        return Arrays.copyOf(out, size);
    }

    static int open(Opener opener, byte[] datagram, long now) {
        MemorySegment out = MemorySegment.ofArray(new byte[datagram.length]);
        return opener.open(MemorySegment.ofArray(datagram), 0, datagram.length, out, 0, now);
    }

    static List<Event> receive(Handshakes by, byte[] datagram, Endpoint from, long now) {
        return by.receive(MemorySegment.ofArray(datagram), 0, datagram.length, from, now);
    }

    static <E extends Event> E find(List<Event> events, Class<E> type) {
        return events.stream()
                .filter(type::isInstance)
                .map(type::cast)
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + type.getSimpleName() + " in " + events));
    }

    static byte[] sent(List<Event> events) {
        return find(events, Event.Send.class).datagram();
    }

    /** A copy with one bit changed. */
    static byte[] flipped(byte[] datagram, int bit) {
        byte[] changed = datagram.clone();
        changed[bit / 8] ^= (byte) (1 << (bit % 8));
        return changed;
    }
}
